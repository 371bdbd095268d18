/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.itest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.endpoint.EndpointState;
import io.sluice.itest.driver.HostConfiguration;
import io.sluice.itest.host.BundleFile;
import io.sluice.itest.host.Endpoints;
import io.sluice.itest.host.Host;
import io.sluice.itest.host.Traces;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.management.JMException;
import javax.management.MBeanAttributeInfo;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.apache.felix.hc.api.HealthCheck;
import org.apache.felix.hc.api.execution.HealthCheckExecutionOptions;
import org.apache.felix.hc.api.execution.HealthCheckExecutionResult;
import org.apache.felix.hc.api.execution.HealthCheckExecutor;
import org.apache.felix.hc.api.execution.HealthCheckSelector;
import org.apache.felix.service.command.CommandProcessor;
import org.apache.felix.service.command.CommandSession;
import org.junit.Rule;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.ServiceRegistration;

/** The runtime and the bundle for operators make use of what a host offers beyond the necessary. */
@RunWith(PaxExam.class)
public class OptionalIntegrationsIT {

  private static final String SECRET = "canary-5ecret";

  @Rule public final Host host = new Host();

  private final Endpoints endpoints = new Endpoints(host);

  @Configuration
  public Option[] host() {
    return HostConfiguration.complete();
  }

  @Test
  public void shellCommandsWork() throws Exception {
    host.start(BundleFile.MOCK);
    host.endpoint("mock", "orders", Map.of());
    endpoints.awaitState("orders", EndpointState.UP);
    await().until(() -> !commands().isEmpty());

    assertThat(execute("endpoint:list")).contains("orders", "mock", "UP");
    assertThat(execute("endpoint:types")).contains("mock", "1.0.0");
    assertThat(execute("endpoint:describe orders")).contains("messageInterval");
  }

  @Test
  public void healthCheckTellsTheState() throws Exception {
    ServiceRegistration<HealthCheckExecutor> executor =
        host.context().registerService(HealthCheckExecutor.class, new IdleExecutor(), null);
    try {
      host.endpoint("mock", "orders", Map.of());
      await().ignoreExceptions().until(() -> !healthCheck().execute().isOk());

      host.start(BundleFile.MOCK);

      await().until(() -> healthCheck().execute().isOk());
    } finally {
      executor.unregister();
    }
  }

  @Test
  public void placeholdersAreResolved() throws Exception {
    host.start(BundleFile.MOCK);
    host.endpoint("mock", "orders", Map.of("messageContent", "$[prop:java.specification.version]"));
    endpoints.awaitState("orders", EndpointState.UP);

    assertThat(endpoints.named("orders").configuration())
        .containsEntry("messageContent", System.getProperty("java.specification.version"));
  }

  @Test
  public void operatorsSeeNoSecret() throws Exception {
    ServiceRegistration<HealthCheckExecutor> executor =
        host.context().registerService(HealthCheckExecutor.class, new IdleExecutor(), null);
    try {
      host.start(BundleFile.KAFKA);
      host.endpoint("kafka", "orders", secretive(Map.of("bootstrapServers", "127.0.0.1:1")));
      endpoints.awaitState("orders", EndpointState.DOWN);
      host.endpoint("kafka", "wrong", secretive(Map.of("producer.password", SECRET)));
      endpoints.awaitState("wrong", EndpointState.INVALID);
      await().until(() -> !commands().isEmpty());
      await().until(() -> Traces.beans().size() == 2); // the listener that makes them is told later

      List<String> shown = new ArrayList<>(beanAttributes());
      for (String name : List.of("orders", "wrong")) {
        shown.add(execute("endpoint:describe " + name));
        shown.add(healthCheck(name).execute().toString());
      }

      assertThat(shown).anyMatch(text -> text.contains("***"));
      assertThat(shown).hasSizeGreaterThan(40).noneMatch(text -> text.contains(SECRET));
    } finally {
      executor.unregister();
    }
  }

  private static Map<String, Object> secretive(Map<String, ?> more) {
    Map<String, Object> properties = new HashMap<>(more);
    properties.put("producer.enabled", true);
    properties.put("producer.topics", "orders");
    properties.put("properties.some.password", SECRET);
    return properties;
  }

  private static List<String> beanAttributes() throws JMException {
    MBeanServer server = ManagementFactory.getPlatformMBeanServer();
    List<String> values = new ArrayList<>();
    for (ObjectName bean : Traces.beans()) {
      for (MBeanAttributeInfo attribute : server.getMBeanInfo(bean).getAttributes()) {
        Object value = server.getAttribute(bean, attribute.getName());
        values.add(value instanceof Object[] many ? Arrays.toString(many) : "" + value);
      }
    }
    return values;
  }

  private HealthCheck healthCheck(String endpoint) throws InvalidSyntaxException {
    String filter = "(" + HealthCheck.NAME + "=Endpoint " + endpoint + ")";
    await().until(() -> !host.context().getServiceReferences(HealthCheck.class, filter).isEmpty());
    return host.context()
        .getService(
            host.context().getServiceReferences(HealthCheck.class, filter).iterator().next());
  }

  private HealthCheck healthCheck() {
    return host.service(HealthCheck.class);
  }

  private String execute(String command) throws Exception {
    ByteArrayOutputStream output = new ByteArrayOutputStream();
    try (CommandSession session =
        host.service(CommandProcessor.class)
            .createSession(InputStream.nullInputStream(), output, output)) {
      session.execute(command);
      return output.toString(StandardCharsets.UTF_8); // what a script and a remote client see
    }
  }

  private Collection<ServiceReference<?>> commands() throws InvalidSyntaxException {
    ServiceReference<?>[] found =
        host.context().getAllServiceReferences(null, "(osgi.command.scope=endpoint)");
    return found == null ? List.of() : List.of(found);
  }

  /** Its presence makes health checks come. */
  private static final class IdleExecutor implements HealthCheckExecutor {

    @Override
    public List<HealthCheckExecutionResult> execute(HealthCheckSelector selector) {
      return List.of();
    }

    @Override
    public List<HealthCheckExecutionResult> execute(
        HealthCheckSelector selector, HealthCheckExecutionOptions options) {
      return List.of();
    }
  }
}
