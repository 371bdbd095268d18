/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.itest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.endpoint.EndpointState;
import io.sluice.endpoint.EndpointStatus;
import io.sluice.endpoint.EndpointType;
import io.sluice.endpoint.Headers;
import io.sluice.endpoint.Message;
import io.sluice.endpoint.MessageEndpoint;
import io.sluice.endpoint.Receipt;
import io.sluice.endpoint.runtime.EndpointRuntime;
import io.sluice.itest.driver.HostConfiguration;
import io.sluice.itest.host.BundleFile;
import io.sluice.itest.host.Endpoints;
import io.sluice.itest.host.Host;
import io.sluice.itest.host.Inbox;
import io.sluice.itest.host.KafkaTopic;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.Rule;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;

/** The Kafka bundle, dropped in alone, carries messages unchanged. */
@RunWith(PaxExam.class)
public class KafkaIT {

  @Rule public final Host host = new Host();

  private final Endpoints endpoints = new Endpoints(host);
  private final KafkaTopic topic = new KafkaTopic();

  @Configuration
  public Option[] host() {
    return HostConfiguration.completeWithKafka();
  }

  @Test
  public void typeIsThereAndItsEndpointDownWithoutABroker() throws Exception {
    host.start(BundleFile.KAFKA);
    await().until(() -> !host.service(EndpointRuntime.class).types().isEmpty());
    assertThat(host.service(EndpointRuntime.class).types())
        .extracting(EndpointType::toString)
        .containsExactly("kafka 1.0.0");

    host.endpoint("kafka", "orders", topic.endpoint(Map.of("bootstrapServers", "127.0.0.1:1")));

    EndpointStatus down = endpoints.awaitState("orders", EndpointState.DOWN);
    assertThat(down.reason()).contains("127.0.0.1:1");
    assertThat(down.violations()).isEmpty();
  }

  @Test
  public void messageArrivesWithItsKeyAndItsPlace() throws Exception {
    MessageEndpoint endpoint = start();
    Inbox inbox = Inbox.of(endpoint);

    publish(endpoint, Message.of("first"));
    Receipt receipt =
        publish(endpoint, Message.builder().text("second").attribute("kafka.key", "k").build());

    List<Message> came = inbox.awaitMessages(2);
    assertThat(came).extracting(Message::text).containsExactly("first", "second");
    assertThat(came.get(0).attributes().asMap()).doesNotContainKey("kafka.key");
    assertThat(came.get(1).attributes().asMap())
        .containsEntry("kafka.key", "k".getBytes(StandardCharsets.UTF_8))
        .containsEntry("kafka.topic", topic.name())
        .containsEntry("kafka.partition", 0)
        .containsEntry("kafka.offset", 1L)
        .containsAllEntriesOf(receipt.attributes().asMap());
    assertThat(receipt.attributes().asMap())
        .containsOnlyKeys("kafka.topic", "kafka.partition", "kafka.offset");
  }

  @Test
  public void headersAndPayloadsArriveByteForByte() throws Exception {
    byte[] everyByte = new byte[256];
    for (int i = 0; i < everyByte.length; i++) {
      everyByte[i] = (byte) i;
    }
    Headers headers =
        Headers.builder()
            .add("bytes", everyByte)
            .add("again", new byte[] {1})
            .add("null", null)
            .add("empty", new byte[0])
            .add("again", new byte[] {2})
            .add("", new byte[] {3})
            .build();
    MessageEndpoint endpoint = start();
    Inbox inbox = Inbox.of(endpoint);

    publish(endpoint, Message.builder().payload(everyByte.clone()).headers(headers).build());
    publish(endpoint, Message.of((byte[]) null));
    publish(endpoint, Message.of(new byte[0]));

    List<Message> came = inbox.awaitMessages(3);
    assertThat(came.get(0).headers()).isEqualTo(headers);
    assertThat(came.get(0).payload()).isEqualTo(everyByte);
    assertThat(came.get(1).payload()).as("tombstone").isNull();
    assertThat(came.get(2).payload()).as("empty").isNotNull().isEmpty();
  }

  private MessageEndpoint start() throws Exception {
    host.start(BundleFile.KAFKA);
    host.endpoint("kafka", "orders", topic.endpoint());
    endpoints.awaitState("orders", EndpointState.UP);
    return endpoints.service(MessageEndpoint.class, "orders");
  }

  private static Receipt publish(MessageEndpoint endpoint, Message message) throws Exception {
    return endpoint.publish(message).toCompletableFuture().get(10, TimeUnit.SECONDS).orThrow();
  }
}
