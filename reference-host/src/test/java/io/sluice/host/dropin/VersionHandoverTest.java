/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.host.dropin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import io.sluice.endpoint.Endpoint;
import io.sluice.endpoint.EndpointState;
import io.sluice.endpoint.EndpointStatus;
import io.sluice.endpoint.EndpointType;
import io.sluice.endpoint.runtime.EndpointRuntime;
import io.sluice.endpoint.runtime.ManagedEndpoint;
import io.sluice.endpoint.runtime.ManagedPipe;
import io.sluice.host.TestFramework;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.apache.felix.cm.impl.ConfigurationManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.launch.Framework;
import org.osgi.service.cm.ConfigurationAdmin;

/** Which endpoints are waited for when a newer version of their bundle is there. */
class VersionHandoverTest {

  private static final Duration AT_ONCE = Duration.ofSeconds(5);
  private static final String NAME = "orders";

  @TempDir private Path storage;

  private final ScriptedRuntime runtime = new ScriptedRuntime();
  private Framework framework;
  private BundleContext context;
  private Bundle former;
  private Bundle newer;

  @BeforeEach
  void start() throws Exception {
    framework =
        TestFramework.start(
            storage,
            Map.of(Constants.FRAMEWORK_SYSTEMPACKAGES_EXTRA, "org.osgi.service.cm;version=1.6.1"));
    context = framework.getBundleContext();
    context
        .installBundle(
            ConfigurationManager.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toString())
        .start();
    context.registerService(EndpointRuntime.class, runtime, null);
    former = endpointBundle("1.0.0");
    newer = endpointBundle("1.0.1");
  }

  @AfterEach
  void stop() throws Exception {
    TestFramework.stop(framework);
  }

  @Test
  void anEndpointIsWaitedForUntilItHasGoneOver() throws Exception {
    configure("[1,2)");
    runtime.serve("1.0.0", EndpointState.UP);
    CompletableFuture<Void> handover = CompletableFuture.runAsync(this::handOver);
    assertThat(runtime.isAsked.await(5, TimeUnit.SECONDS)).isTrue();
    assertThat(handover).isNotDone();

    runtime.serve("1.0.1", EndpointState.UP);

    assertThat(handover).succeedsWithin(AT_ONCE);
  }

  @Test
  void anEndpointThatWantsTheFormerVersionIsNotWaitedFor() throws Exception {
    configure("[1.0.0,1.0.1)");
    runtime.serve("1.0.0", EndpointState.UP);

    assertTimeout(AT_ONCE, this::handOver);
  }

  @Test
  void anEndpointWhoseSuccessorHasFailedIsNotWaitedFor() throws Exception {
    configure("no range");
    runtime.serve("1.0.0", EndpointState.DEGRADED);

    assertTimeout(AT_ONCE, this::handOver);
  }

  private void handOver() {
    new VersionHandover(context).await(former, newer);
  }

  private void configure(String version) throws Exception {
    context
        .getService(context.getServiceReference(ConfigurationAdmin.class))
        .getFactoryConfiguration(EndpointRuntime.ENDPOINT_FACTORY_PID, NAME, "?")
        .update(new Hashtable<>(Map.of("version", version)));
  }

  private Bundle endpointBundle(String version) throws Exception {
    Manifest manifest = new Manifest();
    Attributes headers = manifest.getMainAttributes();
    headers.put(Attributes.Name.MANIFEST_VERSION, "1.0");
    headers.putValue(Constants.BUNDLE_MANIFESTVERSION, "2");
    headers.putValue(Constants.BUNDLE_SYMBOLICNAME, "acme.endpoint");
    headers.putValue(Constants.BUNDLE_VERSION, version);
    headers.putValue(Constants.PROVIDE_CAPABILITY, "io.sluice.endpoint;io.sluice.endpoint=acme");
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    new JarOutputStream(bytes, manifest).close();
    Bundle bundle = context.installBundle(version, new ByteArrayInputStream(bytes.toByteArray()));
    bundle.start();
    return bundle;
  }

  /** A runtime with one endpoint. */
  private static final class ScriptedRuntime implements EndpointRuntime {

    private final CountDownLatch isAsked = new CountDownLatch(2);
    private volatile ManagedEndpoint endpoint;

    void serve(String version, EndpointState state) {
      endpoint =
          new Managed(Optional.of(version), EndpointStatus.builder(state, Instant.EPOCH).build());
    }

    @Override
    public List<ManagedEndpoint> endpoints() {
      isAsked.countDown();
      return List.of(endpoint);
    }

    @Override
    public Optional<ManagedEndpoint> endpoint(String name) {
      return Optional.of(endpoint);
    }

    @Override
    public List<EndpointType> types() {
      return List.of();
    }

    @Override
    public List<ManagedPipe> pipes() {
      return List.of();
    }

    @Override
    public boolean drain(String name) {
      return false;
    }

    @Override
    public boolean resume(String name) {
      return false;
    }
  }

  private record Managed(Optional<String> version, EndpointStatus status)
      implements ManagedEndpoint {

    @Override
    public String name() {
      return NAME;
    }

    @Override
    public String pid() {
      return EndpointRuntime.ENDPOINT_FACTORY_PID + "~" + NAME;
    }

    @Override
    public String type() {
      return "acme";
    }

    @Override
    public Map<String, Object> configuration() {
      return Map.of();
    }

    @Override
    public Optional<Endpoint> endpoint() {
      return Optional.empty();
    }
  }
}
