/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.itest;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.endpoint.EndpointState;
import io.sluice.endpoint.Message;
import io.sluice.endpoint.MessageEndpoint;
import io.sluice.endpoint.Receipt;
import io.sluice.endpoint.runtime.EndpointRuntime;
import io.sluice.itest.driver.HostConfiguration;
import io.sluice.itest.host.BundleFile;
import io.sluice.itest.host.Endpoints;
import io.sluice.itest.host.Host;
import io.sluice.itest.host.KafkaTopic;
import io.sluice.itest.host.Reader;
import io.sluice.itest.host.RoundTrips;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.Rule;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.osgi.framework.Bundle;

/** The Kafka bundle is replaced while messages flow, and nothing is lost. */
@RunWith(PaxExam.class)
public class KafkaHotUpdateIT {

  private static final int WINDOW = 1024;

  @Rule public final Host host = new Host();

  private final Endpoints endpoints = new Endpoints(host);
  private final KafkaTopic topic = new KafkaTopic();

  @Configuration
  public Option[] host() {
    return HostConfiguration.completeWithKafka();
  }

  @Test
  public void messagesMakeTheirRoundTripAcrossUpdates() throws Exception {
    Bundle kafka = host.start(BundleFile.KAFKA);
    MessageEndpoint endpoint = start(Map.of());
    try (RoundTrips trips = RoundTrips.begin(20, List.of(endpoint))) {
      trips.awaitMore();

      for (int i = 1; i <= 5; i++) {
        host.update(kafka, BundleFile.KAFKA.version("1.0." + i));
        trips.awaitMore();
        endpoints.awaitVersion("orders", "1.0." + i);
      }

      trips.finish();
      assertThat(trips.ids().lost()).isZero();
      assertThat(trips.ids().farthestRepeat()).isLessThanOrEqualTo(WINDOW);
    }
    assertThat(endpoints.service(MessageEndpoint.class, "orders")).isSameAs(endpoint);
  }

  @Test
  public void publishesInFlightAreConfirmedAcrossAnUpdate() throws Exception {
    Bundle kafka = host.start(BundleFile.KAFKA);
    MessageEndpoint endpoint = start(Map.of("producer.lingerMs", 1000, "drain", 0));
    Reader reader = Reader.of(endpoint, message -> Integer.parseInt(message.text()));
    endpoint.publish(Message.of("0"));
    reader.awaitAll(1);
    List<CompletableFuture<Receipt>> receipts =
        IntStream.range(1, 100)
            .mapToObj(i -> endpoint.publish(Message.of("" + i)).toCompletableFuture())
            .toList();
    assertThat(receipts).noneMatch(CompletableFuture::isDone);

    host.update(kafka, BundleFile.KAFKA.version("1.0.1"));

    for (CompletableFuture<Receipt> receipt : receipts) {
      assertThat(receipt.get(10, TimeUnit.SECONDS).error()).isEmpty();
    }
    reader.awaitAll(100);
  }

  @Test
  public void everyMessageOfAPipeArrivesAcrossAnUpdate() throws Exception {
    host.start(BundleFile.MOCK);
    Bundle kafka = host.start(BundleFile.KAFKA);
    host.endpoint(
        "mock",
        "source",
        Map.of("messageInterval", 1, "messageTemplate", true, "messageContent", "{{index}}"));
    MessageEndpoint target = start(Map.of());
    Reader arrived = Reader.of(target, message -> Integer.parseInt(message.text()));
    host.configure("io.sluice.pipe", "copy", Map.of("from", "source", "to", "orders"));
    arrived.awaitMore(100);

    host.update(kafka, BundleFile.KAFKA.version("1.0.1"));
    arrived.awaitMore(1000);

    assertThat(arrived.ids().lost()).isZero();
    assertThat(arrived.ids().farthestRepeat()).isLessThanOrEqualTo(WINDOW);
    assertThat(host.service(EndpointRuntime.class).pipes().get(0).status().state())
        .isEqualTo(EndpointState.UP);
  }

  private MessageEndpoint start(Map<String, ?> more) throws Exception {
    host.endpoint("kafka", "orders", topic.endpoint(more));
    endpoints.awaitState("orders", EndpointState.UP);
    return endpoints.service(MessageEndpoint.class, "orders");
  }
}
