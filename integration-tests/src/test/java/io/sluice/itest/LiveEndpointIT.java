/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.itest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.endpoint.Endpoint;
import io.sluice.endpoint.EndpointState;
import io.sluice.endpoint.Message;
import io.sluice.endpoint.MessageEndpoint;
import io.sluice.endpoint.ProxyEndpoint;
import io.sluice.endpoint.ProxyRequest;
import io.sluice.endpoint.ProxyResponse;
import io.sluice.endpoint.Receipt;
import io.sluice.endpoint.runtime.EndpointRuntime;
import io.sluice.itest.driver.HostConfiguration;
import io.sluice.itest.host.BundleFile;
import io.sluice.itest.host.Endpoints;
import io.sluice.itest.host.Host;
import io.sluice.itest.host.Reader;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.Rule;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.osgi.framework.ServiceReference;

/** A configuration becomes an endpoint that works. */
@RunWith(PaxExam.class)
public class LiveEndpointIT {

  @Rule public final Host host = new Host();

  private final Endpoints endpoints = new Endpoints(host);

  @Configuration
  public Option[] host() {
    return HostConfiguration.complete();
  }

  @Test
  public void handleIsAServiceWithNameTypeAndModes() throws Exception {
    host.start(BundleFile.MOCK);
    host.endpoint("mock", "orders", Map.of());
    endpoints.awaitState("orders", EndpointState.UP);

    ServiceReference<Endpoint> reference =
        endpoints.references(Endpoint.class, "orders").iterator().next();

    assertThat(reference.getProperty("endpoint.type")).isEqualTo("mock");
    await() // the runtime announces the modes as soon as it can, which may be after the state
        .untilAsserted(
            () ->
                assertThat((String[]) reference.getProperty("endpoint.modes"))
                    .containsExactlyInAnyOrder("CONSUME", "PUBLISH", "EXCHANGE"));
    assertThat(endpoints.references(MessageEndpoint.class, "orders")).hasSize(1);
    assertThat(endpoints.references(ProxyEndpoint.class, "orders")).hasSize(1);
    assertThat(endpoints.service(MessageEndpoint.class, "orders"))
        .isSameAs(endpoints.service(ProxyEndpoint.class, "orders"))
        .isSameAs(endpoints.named("orders").endpoint().orElseThrow());
  }

  @Test
  public void generalFactoryPidNamesTheTypeAndTheName() throws Exception {
    host.start(BundleFile.MOCK);
    host.configure("io.sluice.endpoint", "any", Map.of("name", "orders", "type", "mock"));

    endpoints.awaitState("orders", EndpointState.UP);

    assertThat(endpoints.named("orders").version()).contains("1.0.0");
  }

  @Test
  public void consumesInOrder() throws Exception {
    host.start(BundleFile.MOCK);
    host.endpoint("mock", "orders", Map.of("messageInterval", 1, "messageCount", "100"));

    Reader reader = Reader.of(endpoints.service(MessageEndpoint.class, "orders"));

    await().until(() -> "complete".equals(reader.end()));
    assertThat(reader.ids().received()).isEqualTo(100);
    assertThat(reader.ids().lost()).isZero();
  }

  @Test
  public void publishes() throws Exception {
    host.start(BundleFile.MOCK);
    host.endpoint("mock", "orders", Map.of());
    MessageEndpoint endpoint = endpoints.service(MessageEndpoint.class, "orders");

    Receipt receipt =
        endpoint.publish(Message.of("hello")).toCompletableFuture().get(10, TimeUnit.SECONDS);

    assertThat(receipt.isConfirmed()).as(receipt.toString()).isTrue();
    assertThat(receipt.message().text()).isEqualTo("hello");
  }

  @Test
  public void exchanges() throws Exception {
    host.start(BundleFile.MOCK);
    host.endpoint("mock", "orders", Map.of("http.status", "203"));
    ProxyEndpoint endpoint = endpoints.service(ProxyEndpoint.class, "orders");

    ProxyResponse response =
        endpoint
            .exchange(ProxyRequest.builder("GET", "/").build())
            .toCompletableFuture()
            .get(10, TimeUnit.SECONDS);

    assertThat(response.status()).isEqualTo(203);
  }

  @Test
  public void endpointGoesWithItsConfiguration() throws Exception {
    host.start(BundleFile.MOCK);
    var configuration = host.endpoint("mock", "orders", Map.of("messageInterval", 1));
    Reader reader = Reader.of(endpoints.service(MessageEndpoint.class, "orders"));
    reader.awaitMore(10);

    host.delete(configuration);

    await().until(() -> "complete".equals(reader.end()));
    await().until(() -> endpoints.references(Endpoint.class, "orders").isEmpty());
    assertThat(host.service(EndpointRuntime.class).endpoint("orders")).isEmpty();
  }
}
