/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.kafka.internal;

import static io.sluice.endpoint.kafka.internal.KafkaFixture.acknowledging;
import static io.sluice.endpoint.kafka.internal.KafkaFixture.awaitCount;
import static io.sluice.endpoint.kafka.internal.KafkaFixture.consuming;
import static io.sluice.endpoint.kafka.internal.KafkaFixture.eventually;
import static io.sluice.endpoint.kafka.internal.KafkaFixture.state;
import static io.sluice.endpoint.kafka.internal.KafkaFixture.staysFor;
import static io.sluice.endpoint.kafka.internal.KafkaFixture.texts;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.endpoint.ConsumeRequest;
import io.sluice.endpoint.Delivery;
import io.sluice.endpoint.EndpointException;
import io.sluice.endpoint.EndpointState;
import io.sluice.endpoint.ErrorCode;
import io.sluice.endpoint.Qos;
import io.sluice.endpoint.tck.RecordingSubscriber;
import io.sluice.endpoint.tck.broker.KafkaBroker;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.management.JMException;
import javax.management.ObjectName;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A broker that takes no commits, as they carry too much for it; and logs that are corrupt. */
class KafkaTroubleTest {

  @RegisterExtension final KafkaFixture kafka = new KafkaFixture();

  private static KafkaBroker broker;
  private static KafkaTopics topics;

  private final String topic = topics.create(1);
  private final String group = "g-" + topic;

  @BeforeAll
  static void startBroker() {
    broker = KafkaBroker.builder().set("offset.metadata.max.bytes", 1).start();
    topics = new KafkaTopics(broker.internalServers());
  }

  @AfterAll
  static void stopBroker() {
    topics.close();
    broker.close();
  }

  @Test
  void commitsThatFailAreATroubleThatTheStatusShows() {
    topics.send(topic, 5, i -> "m" + i);
    KafkaEndpoint endpoint = started(Map.of());

    RecordingSubscriber<Delivery> subscriber = acknowledging(endpoint, request(Qos.AT_LEAST_ONCE));

    awaitCount(subscriber, 5);
    eventually().until(() -> state(endpoint) == EndpointState.DEGRADED);
    assertThat(endpoint.status().reason())
        .contains("group '" + group + "': positions are not committed");
    assertThat(subscriber.error()).isEmpty();
  }

  @Test
  void atMostOnceBacksOffWhileItCannotCommit() {
    topics.send(topic, 1, i -> "m" + i);
    KafkaEndpoint endpoint = started(Map.of("reconnect.initialDelay", 1000));

    RecordingSubscriber<Delivery> subscriber = acknowledging(endpoint, request(Qos.AT_MOST_ONCE));

    eventually().until(() -> state(endpoint) == EndpointState.DEGRADED);
    double before = fetched();
    staysFor(Duration.ofSeconds(3), () -> subscriber.count() == 0);
    assertThat(fetched() - before).as("fetches of the one record").isLessThan(8);
    assertThat(subscriber.error()).isEmpty();
  }

  @Test
  void aCorruptBatchIsDiscarded() throws Exception {
    corruptSecondOfThreeBatches();
    KafkaEndpoint endpoint = started(Map.of());

    RecordingSubscriber<Delivery> subscriber = acknowledging(endpoint, request(Qos.AT_LEAST_ONCE));
    awaitCount(subscriber, 2);
    topics.send(topic, 1, i -> "next");

    awaitCount(subscriber, 3);
    assertThat(texts(subscriber)).containsExactly("before", "after", "next");
    assertThat(endpoint.status().counters().failed()).isOne();
    assertThat(subscriber.error()).isEmpty();
  }

  @Test
  void aCorruptBatchMayEndTheSubscription() throws Exception {
    corruptSecondOfThreeBatches();

    KafkaEndpoint endpoint = started(Map.of("consumer.failureStrategy", "fail"));
    RecordingSubscriber<Delivery> subscriber = new RecordingSubscriber<>(Delivery::ack);
    endpoint.consume(request(Qos.AT_LEAST_ONCE)).subscribe(subscriber);

    staysFor(Duration.ofSeconds(3), () -> subscriber.error().isEmpty()); // it is not there yet
    subscriber.request(Long.MAX_VALUE);

    eventually().until(() -> subscriber.error().isPresent());
    assertThat(subscriber.error())
        .hasValueSatisfying(
            error -> {
              assertThat(((EndpointException) error).code()).isEqualTo(ErrorCode.MESSAGE_INVALID);
              assertThat(error).hasMessageContaining(topic + "-0 cannot be read at offset 1");
            });
    assertThat(texts(subscriber)).containsExactly("before");
  }

  private void corruptSecondOfThreeBatches() throws IOException {
    for (String text : List.of("before", "corrupted", "after")) {
      topics.send(new ProducerRecord<>(topic, 0, null, text.getBytes(StandardCharsets.UTF_8)));
    }
    Path log;
    try (Stream<Path> files = Files.walk(broker.data())) {
      log =
          files
              .filter(file -> file.toString().endsWith(topic + "-0/00000000000000000000.log"))
              .findFirst()
              .orElseThrow();
    }
    byte[] bytes = Files.readAllBytes(log);
    int at = new String(bytes, StandardCharsets.ISO_8859_1).indexOf("corrupted");
    try (var file = Files.newByteChannel(log, java.nio.file.StandardOpenOption.WRITE)) {
      file.position(at);
      file.write(java.nio.ByteBuffer.wrap(new byte[] {'X'}));
    }
  }

  private double fetched() {
    try {
      var server = ManagementFactory.getPlatformMBeanServer();
      double sum = 0;
      for (ObjectName name :
          server.queryNames(
              new ObjectName(
                  "kafka.consumer:type=consumer-fetch-manager-metrics,client-id=sluice-kafka-"
                      + group
                      + "-*"),
              null)) {
        sum += (double) server.getAttribute(name, "records-consumed-total");
      }
      return sum;
    } catch (JMException e) {
      throw new AssertionError(e);
    }
  }

  private KafkaEndpoint started(Map<String, Object> more) {
    Map<String, Object> properties = new HashMap<>(consuming(broker.bootstrapServers(), topic));
    properties.put("consumer.groupId", group);
    properties.putAll(more);
    return kafka.started(group, properties);
  }

  private static ConsumeRequest request(Qos qos) {
    return ConsumeRequest.of(qos);
  }
}
