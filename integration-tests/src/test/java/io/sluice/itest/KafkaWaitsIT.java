/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.itest;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.endpoint.EndpointState;
import io.sluice.endpoint.EndpointStatus;
import io.sluice.endpoint.Message;
import io.sluice.endpoint.MessageEndpoint;
import io.sluice.endpoint.Receipt;
import io.sluice.endpoint.tck.broker.FaultProxy;
import io.sluice.itest.driver.HostConfiguration;
import io.sluice.itest.host.BundleFile;
import io.sluice.itest.host.Endpoints;
import io.sluice.itest.host.Host;
import io.sluice.itest.host.Inbox;
import io.sluice.itest.host.KafkaTopic;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.Rule;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;

/**
 * A Kafka endpoint waits for its bundle and for its broker, and so do its streams and publishes.
 */
@RunWith(PaxExam.class)
public class KafkaWaitsIT {

  @Rule public final Host host = new Host();

  private final Endpoints endpoints = new Endpoints(host);
  private final KafkaTopic topic = new KafkaTopic();

  @Configuration
  public Option[] host() {
    return HostConfiguration.completeWithKafka();
  }

  @Test
  public void configurationWaitsForTheBundle() throws Exception {
    host.endpoint("kafka", "orders", topic.endpoint());
    EndpointStatus waiting = endpoints.awaitState("orders", EndpointState.UNSATISFIED);
    assertThat(waiting.reason()).contains("kafka");
    MessageEndpoint endpoint = endpoints.service(MessageEndpoint.class, "orders");
    Inbox inbox = Inbox.of(endpoint);
    CompletableFuture<Receipt> receipt = publish(endpoint);
    assertThat(receipt).isNotDone();

    host.start(BundleFile.KAFKA);

    endpoints.awaitVersion("orders", "1.0.0");
    assertThat(receipt.get(10, TimeUnit.SECONDS).error()).isEmpty();
    inbox.awaitText("early");
  }

  @Test
  public void endpointComesUpWithItsBroker() throws Exception {
    host.start(BundleFile.KAFKA);
    try (FaultProxy proxy = FaultProxy.to(KafkaTopic.port())) {
      proxy.refuse();
      host.endpoint("kafka", "orders", topic.endpoint(Map.of("bootstrapServers", proxy.address())));
      EndpointStatus down = endpoints.awaitState("orders", EndpointState.DOWN);
      assertThat(down.reason()).contains(proxy.address());
      MessageEndpoint endpoint = endpoints.service(MessageEndpoint.class, "orders");
      Inbox inbox = Inbox.of(endpoint);
      CompletableFuture<Receipt> receipt = publish(endpoint);
      assertThat(receipt).isNotDone();

      proxy.restore();

      endpoints.awaitState("orders", EndpointState.UP);
      assertThat(receipt.get(10, TimeUnit.SECONDS).error()).isEmpty();
      inbox.awaitText("early");
    }
  }

  private static CompletableFuture<Receipt> publish(MessageEndpoint endpoint) {
    return endpoint.publish(Message.of("early")).toCompletableFuture();
  }
}
