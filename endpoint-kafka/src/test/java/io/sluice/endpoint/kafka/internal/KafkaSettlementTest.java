/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.kafka.internal;

import static io.sluice.endpoint.kafka.internal.KafkaFixture.acknowledging;
import static io.sluice.endpoint.kafka.internal.KafkaFixture.awaitCount;
import static io.sluice.endpoint.kafka.internal.KafkaFixture.consuming;
import static io.sluice.endpoint.kafka.internal.KafkaFixture.eventually;
import static io.sluice.endpoint.kafka.internal.KafkaFixture.holding;
import static io.sluice.endpoint.kafka.internal.KafkaFixture.join;
import static io.sluice.endpoint.kafka.internal.KafkaFixture.stays;
import static io.sluice.endpoint.kafka.internal.KafkaFixture.texts;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.endpoint.ConsumeRequest;
import io.sluice.endpoint.Delivery;
import io.sluice.endpoint.EndpointException;
import io.sluice.endpoint.ErrorCode;
import io.sluice.endpoint.Message;
import io.sluice.endpoint.Nack;
import io.sluice.endpoint.Qos;
import io.sluice.endpoint.tck.RecordingSubscriber;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is committed of records that are never delivered, and when members come and go. */
class KafkaSettlementTest {

  @RegisterExtension final KafkaFixture kafka = new KafkaFixture();
  @RegisterExtension final KafkaFixture other = new KafkaFixture();

  private final TestBroker broker = TestBroker.shared();
  private final KafkaTopics topics = broker.topics();
  private final String topic = topics.create(1);
  private final String group = "g-" + topic;

  @ParameterizedTest
  @EnumSource(
      value = Qos.class,
      names = {"AUTO", "AT_LEAST_ONCE", "AT_MOST_ONCE"})
  void theEndOfATransactionIsCommitted(Qos qos) {
    topics.transaction(topic, 8, true);
    KafkaEndpoint endpoint = started(Map.of("consumer.isolationLevel", "read_committed"));

    RecordingSubscriber<Delivery> subscriber = acknowledging(endpoint, ConsumeRequest.of(qos));

    awaitCount(subscriber, 8);
    eventually().until(() -> topics.committed(group, topic) == 9);
    topics.transaction(topic, 3, false);
    eventually().until(() -> topics.committed(group, topic) == 13);
    stays().until(() -> subscriber.count() == 8);
    eventually().until(() -> endpoint.status().counters().lag() == 0);
  }

  @Test
  void whatIsBehindAnAbortedTransactionIsNotSkippedWhenRetentionComes() {
    topics.send(topic, 3, i -> "m" + i);
    topics.transaction(topic, 3, false);
    Map<String, Object> properties =
        Map.of("consumer.isolationLevel", "read_committed", "consumer.autoOffsetReset", "latest");
    KafkaEndpoint before =
        started(
            Map.of(
                "consumer.isolationLevel", "read_committed",
                "consumer.autoOffsetReset", "earliest"));
    awaitCount(acknowledging(before, request()), 3);
    eventually().until(() -> topics.committed(group, topic) == 7);
    before.close();
    join(
        topics
            .admin()
            .deleteRecords(Map.of(new TopicPartition(topic, 0), RecordsToDelete.beforeOffset(7)))
            .all()
            .toCompletionStage());
    topics.send(topic, 2, i -> "late" + i);

    RecordingSubscriber<Delivery> subscriber = acknowledging(started(properties), request());

    awaitCount(subscriber, 2);
    assertThat(texts(subscriber)).containsExactly("late0", "late1");
  }

  @Test
  void anUnsettledMessageHoldsBackThePositionAlsoBehindItsTransaction() {
    topics.transaction(topic, 2, true);
    KafkaEndpoint endpoint = started(Map.of());
    RecordingSubscriber<Delivery> subscriber = holding(endpoint, Qos.AT_LEAST_ONCE);
    awaitCount(subscriber, 2);

    subscriber.items().get(0).ack();

    eventually().until(() -> topics.committed(group, topic) == 1);
    stays().until(() -> topics.committed(group, topic) == 1);
    subscriber.items().get(1).ack();
    eventually().until(() -> topics.committed(group, topic) == 3);
  }

  @Test
  void theEpochOfTheLeaderIsCommittedAndTheMarkOfTheSubscription() {
    topics.send(topic, 3, i -> "m" + i);
    acknowledging(started(Map.of()), request());

    eventually().until(() -> topics.committed(group, topic) == 3);

    OffsetAndMetadata position = topics.position(group, topic).orElseThrow();
    assertThat(position.leaderEpoch()).isPresent();
    assertThat(position.metadata()).startsWith("sluice:");
  }

  @Test
  void whatIsUnsettledOnAPartitionThatStaysIsNotDeliveredAgain() {
    String wide = topics.create(2);
    for (int i = 0; i < 10; i++) {
      topics.send(new ProducerRecord<>(wide, i % 2, null, bytes("p" + i % 2 + "-" + i)));
    }
    KafkaEndpoint one = kafka.started(group, properties(wide, Map.of()));
    RecordingSubscriber<Delivery> held = holding(one, Qos.AT_LEAST_ONCE);
    awaitCount(held, 10);

    RecordingSubscriber<Delivery> second =
        acknowledging(other.started(group + "-two", properties(wide, Map.of())), request());
    eventually().until(() -> topics.isBalanced(group, 2));
    awaitCount(second, 5);

    stays().until(() -> held.count() == 10);
    String moved = texts(second).get(0).substring(0, 2);
    held.items().stream()
        .filter(delivery -> !delivery.message().text().startsWith(moved))
        .forEach(Delivery::ack);
    int stayed = moved.equals("p0") ? 1 : 0;
    eventually()
        .until(
            () ->
                topics
                    .position(group, new TopicPartition(wide, stayed))
                    .filter(position -> position.offset() == 5)
                    .isPresent());
    assertThat(one.status().counters().ignoredSettlements()).isZero();
  }

  @Test
  void theBrokersMayAssignThePartitions() {
    topics.send(topic, 10, i -> "m" + i);
    Map<String, Object> protocol = Map.of("consumer.groupProtocol", "consumer");
    KafkaEndpoint before = started(protocol);
    RecordingSubscriber<Delivery> first = acknowledging(before, request());
    awaitCount(first, 10);
    eventually().until(() -> topics.committed(group, topic) == 10);

    join(before.handOver(Duration.ofSeconds(5)));
    topics.send(topic, 5, i -> "n" + i);
    KafkaEndpoint after = other.started(group, properties(topic, protocol));
    RecordingSubscriber<Delivery> second = acknowledging(after, request());
    awaitCount(second, 5);
    assertThat(texts(second)).containsExactly("n0", "n1", "n2", "n3", "n4");
    second.cancel();

    RecordingSubscriber<Delivery> resumed =
        acknowledging(
            after,
            ConsumeRequest.builder().qos(Qos.AT_LEAST_ONCE).resumeAfter(topic + "@0#11").build());
    awaitCount(resumed, 3);
    assertThat(texts(resumed)).containsExactly("n2", "n3", "n4");
    assertThat(after.status().details().get("consumers").toString()).contains(topic + "-0");
  }

  @Test
  void aDiscardedMessageBecomesADeadLetterBeforeItIsSettled() {
    String dead = topics.create(1);
    topics.send(
        new ProducerRecord<>(
            topic,
            0,
            bytes("k"),
            bytes("refused"),
            List.of(new RecordHeader("trace", bytes("t1")))));
    KafkaEndpoint endpoint =
        started(
            Map.of("consumer.failureStrategy", "dead-letter", "consumer.deadLetter.topic", dead));
    RecordingSubscriber<Delivery> subscriber = holding(endpoint, Qos.AT_LEAST_ONCE);
    awaitCount(subscriber, 1);

    subscriber.items().get(0).nack(Nack.DISCARD);

    eventually().until(() -> topics.committed(group, topic) == 1);
    ConsumerRecord<byte[], byte[]> letter = topics.read(dead, 1, Duration.ofSeconds(20)).get(0);
    assertThat(letter.value()).isEqualTo(bytes("refused"));
    assertThat(letter.key()).isEqualTo(bytes("k"));
    assertThat(letter.headers().lastHeader("trace").value()).isEqualTo(bytes("t1"));
    assertThat(letter.headers().lastHeader("dead-letter-source").value()).isEqualTo(bytes(topic));
    assertThat(letter.headers().lastHeader("dead-letter-position").value())
        .isEqualTo(bytes(topic + "@0#0"));
    assertThat(join(endpoint.publish(Message.of("x"))).error())
        .as("publishing itself is not enabled")
        .map(EndpointException::code)
        .contains(ErrorCode.MODE_DISABLED);
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, -2})
  void aRecordWithoutTimestampIsAMessageWithoutOne(long timestamp) {
    KafkaMessageReader messages = new KafkaMessageReader(new TopicPartition("t", 0), false);

    Message message =
        messages.message(
            new ConsumerRecord<>(
                "t",
                0,
                7,
                timestamp,
                TimestampType.NO_TIMESTAMP_TYPE,
                -1,
                1,
                null,
                new byte[1],
                new RecordHeaders(),
                Optional.empty()));

    assertThat(message.timestamp()).isEmpty();
  }

  private KafkaEndpoint started(Map<String, Object> more) {
    return kafka.started(group, properties(topic, more));
  }

  private Map<String, Object> properties(String consumed, Map<String, Object> more) {
    Map<String, Object> properties = new HashMap<>(consuming(broker.servers(), consumed));
    properties.put("consumer.groupId", group);
    properties.putAll(more);
    return properties;
  }

  private static ConsumeRequest request() {
    return ConsumeRequest.of(Qos.AT_LEAST_ONCE);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
