/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.runtime.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.endpoint.EndpointFactory;
import io.sluice.endpoint.EndpointState;
import io.sluice.endpoint.MessageEndpoint;
import io.sluice.endpoint.runtime.ManagedEndpoint;
import io.sluice.endpoint.runtime.internal.framework.EmbeddedFramework;
import io.sluice.endpoint.runtime.internal.framework.ScriptedFactory;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.osgi.framework.ServiceReference;

/** An operator may do anything with a secret: nothing that the runtime shows contains it. */
@Timeout(60)
class SecretsTest {

  private static final String CANARY = "canary-5ecret";
  private static final String ENDPOINT = "io.sluice.endpoint";

  private final PrintStream errors = System.err;
  private final ByteArrayOutputStream log = new ByteArrayOutputStream();
  private EmbeddedFramework framework;
  private HostRuntime runtime;

  @BeforeEach
  void start(@TempDir Path storage) {
    System.setErr(new PrintStream(log, true, StandardCharsets.UTF_8));
    framework = new EmbeddedFramework(storage);
    runtime = new HostRuntime(framework.context(), framework.configurationAdmin());
    runtime.start();
  }

  @AfterEach
  void stop() throws Exception {
    runtime.stop();
    framework.close();
    System.setErr(errors);
  }

  @Test
  void showsNoSecretAnywhere() throws Exception {
    framework.configure(
        "io.sluice.group",
        "plant",
        Map.of("security.password", CANARY, "security.pasword", CANARY));
    Map<String, Object> good =
        Map.of("type", "scripted", "topic", "orders", "security.password", CANARY);
    framework.configure(ENDPOINT, "good", good);
    framework.configure(ENDPOINT, "live", good);
    framework.configure(ENDPOINT, "taken", with(good, "name", "live"));
    framework.configure(ENDPOINT, "nested", with(good, "security", "{\"password\":\"" + CANARY));
    framework.configure(ENDPOINT, "misspelt", with(good, "security.pasword", CANARY));
    framework.configure(
        ENDPOINT, "list", with(good, "security.password", new String[] {CANARY, CANARY}));
    framework.configure(ENDPOINT, "member", with(good, "group", "plant"));
    framework.configure(ENDPOINT, "unserved", with(good, "type", "other"));
    framework.configure(ENDPOINT, "ranged", with(good, "version", "[9,10)"));
    framework.configure(ENDPOINT, "nameless", with(good, "name", " "));
    Bundle bundle = framework.bundle("scripted", "1.0.0");
    bundle.getBundleContext().registerService(EndpointFactory.class, new ScriptedFactory(), null);
    awaitState("live", EndpointState.UP);

    framework.configure(
        ENDPOINT, "live", with(with(good, "topik", CANARY), "producer.maxInFlight", "many"));
    awaitState("live", EndpointState.DEGRADED);
    await().untilAsserted(() -> assertThat(runtime.endpoints().endpoints()).hasSize(10));

    List<String> shown = new ArrayList<>();
    for (ManagedEndpoint endpoint : runtime.endpoints().endpoints()) {
      shown.add(endpoint.toString());
      shown.add(endpoint.configuration().toString());
      shown.add(endpoint.status().toString());
      shown.add(endpoint.status().violations().toString());
      shown.add(endpoint.status().lastError().toString());
      shown.add(endpoint.status().warnings().toString());
      shown.add(endpoint.status().details().toString());
    }
    shown.addAll(services());
    bundle.stop();
    awaitState("good", EndpointState.UNSATISFIED);
    runtime.endpoints().endpoints().forEach(e -> shown.add(e.configuration().toString()));

    assertThat(shown).hasSizeGreaterThan(70).noneMatch(text -> text.contains(CANARY));
    assertThat(log.toString(StandardCharsets.UTF_8)).contains("live").doesNotContain(CANARY);
    assertThat(shown).anyMatch(text -> text.contains("***"));
  }

  private static Map<String, Object> with(Map<String, Object> base, String key, Object value) {
    Map<String, Object> more = new HashMap<>(base);
    more.put(key, value);
    return more;
  }

  private void awaitState(String name, EndpointState state) {
    await()
        .ignoreExceptions()
        .until(() -> runtime.endpoints().endpoint(name).orElseThrow().status().state() == state);
  }

  private List<String> services() throws Exception {
    List<String> properties = new ArrayList<>();
    for (ServiceReference<MessageEndpoint> service :
        framework.context().getServiceReferences(MessageEndpoint.class, null)) {
      properties.add(service.getProperties().toString());
    }
    return properties;
  }
}
