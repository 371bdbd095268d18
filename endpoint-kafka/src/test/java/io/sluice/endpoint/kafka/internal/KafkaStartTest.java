/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.kafka.internal;

import static io.sluice.endpoint.kafka.internal.KafkaFixture.acknowledging;
import static io.sluice.endpoint.kafka.internal.KafkaFixture.awaitCount;
import static io.sluice.endpoint.kafka.internal.KafkaFixture.consuming;
import static io.sluice.endpoint.kafka.internal.KafkaFixture.eventually;
import static io.sluice.endpoint.kafka.internal.KafkaFixture.join;
import static io.sluice.endpoint.kafka.internal.KafkaFixture.state;
import static io.sluice.endpoint.kafka.internal.KafkaFixture.stays;
import static io.sluice.endpoint.kafka.internal.KafkaFixture.staysFor;
import static io.sluice.endpoint.kafka.internal.KafkaFixture.texts;
import static io.sluice.endpoint.kafka.internal.KafkaFixture.with;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.endpoint.ConsumeRequest;
import io.sluice.endpoint.Delivery;
import io.sluice.endpoint.EndpointException;
import io.sluice.endpoint.EndpointState;
import io.sluice.endpoint.ErrorCode;
import io.sluice.endpoint.Qos;
import io.sluice.endpoint.tck.RecordingSubscriber;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Where consumers start, where they resume, and where they go on when their position is gone. */
class KafkaStartTest {

  @RegisterExtension final KafkaFixture kafka = new KafkaFixture();
  @RegisterExtension final KafkaFixture other = new KafkaFixture();

  private final TestBroker broker = TestBroker.shared();
  private final KafkaTopics topics = broker.topics();
  private final String topic = topics.create(1);
  private final String group = "g-" + topic;

  @Test
  void aPartitionThatIsAddedBeginsAtItsBeginning() {
    KafkaEndpoint endpoint = started(Map.of("properties.metadata.max.age.ms", 3000));
    RecordingSubscriber<Delivery> subscriber = acknowledging(endpoint, request());
    eventually().until(() -> topics.committed(group, topic) == 0);

    join(
        topics
            .admin()
            .createPartitions(Map.of(topic, NewPartitions.increaseTo(2)))
            .all()
            .toCompletionStage());
    sendTo(topic, 1, "early");

    awaitCount(subscriber, 1);
    assertThat(texts(subscriber)).containsExactly("early");
  }

  @Test
  void aPartitionThatIsAddedWhileNoConsumerIsThereBeginsAtItsBeginning() {
    KafkaEndpoint before = started(Map.of());
    acknowledging(before, request());
    eventually().until(() -> topics.committed(group, topic) == 0);
    before.close();
    join(
        topics
            .admin()
            .createPartitions(Map.of(topic, NewPartitions.increaseTo(2)))
            .all()
            .toCompletionStage());
    sendTo(topic, 1, "meanwhile");

    RecordingSubscriber<Delivery> subscriber = acknowledging(started(Map.of()), request());

    awaitCount(subscriber, 1);
  }

  @Test
  void aTopicThatComesToMatchAPatternBeginsAtItsBeginning() {
    String prefix = "pattern-" + topic;
    topics.createNamed(prefix + "-old");
    topics.send(prefix + "-old", 1, i -> "old");
    Map<String, Object> pattern = pattern(prefix + ".*");
    KafkaEndpoint endpoint = kafka.started(group, pattern);
    RecordingSubscriber<Delivery> subscriber = acknowledging(endpoint, request());
    eventually().until(() -> topics.committed(group, prefix + "-old") == 1);

    topics.createNamed(prefix + "-new");
    topics.send(prefix + "-new", 3, i -> "new" + i);
    awaitCount(subscriber, 3);
    endpoint.close();
    topics.createNamed(prefix + "-newer");
    topics.send(prefix + "-newer", 1, i -> "while away");

    RecordingSubscriber<Delivery> successor =
        acknowledging(other.started(group, pattern), request());
    awaitCount(successor, 1);
    assertThat(texts(subscriber)).containsExactly("new0", "new1", "new2");
    assertThat(texts(successor)).containsExactly("while away");
  }

  @Test
  void anotherSubscriptionOfTheGroupBeginsWhereTheResetSays() {
    String elsewhere = topics.create(1);
    topics.send(elsewhere, 3, i -> "history" + i);
    KafkaEndpoint before = started(Map.of());
    acknowledging(before, request());
    eventually().until(() -> topics.committed(group, topic) == 0);
    before.close();

    RecordingSubscriber<Delivery> subscriber =
        acknowledging(started(Map.of("consumer.topics", topic + ", " + elsewhere)), request());
    eventually().until(() -> topics.committed(group, elsewhere) == 3);
    topics.send(elsewhere, 1, i -> "young");

    awaitCount(subscriber, 1);
    assertThat(texts(subscriber)).containsExactly("young");
  }

  @Test
  void aTopicThatIsDeletedAndMadeAgainBeginsAtItsBeginning() {
    KafkaEndpoint endpoint =
        started(
            Map.of(
                "properties.metadata.max.age.ms",
                1000,
                "properties.allow.auto.create.topics",
                false));
    RecordingSubscriber<Delivery> subscriber = acknowledging(endpoint, request());
    eventually().until(() -> topics.committed(group, topic) == 0);
    topics.send(topic, 10, i -> "old" + i);
    awaitCount(subscriber, 10);

    topics.delete(topic);
    topics.createNamed(topic);
    topics.send(topic, 3, i -> "short" + i);
    awaitCount(subscriber, 13);
    eventually().until(() -> topics.committed(group, topic) == 3);
    topics.delete(topic);
    topics.createNamed(topic);
    topics.send(topic, 20, i -> "long" + i);

    // What came before the new topic was noticed is repeated; nothing is skipped.
    eventually().until(() -> texts(subscriber).containsAll(numbered("long", 20)));
    assertThat(texts(subscriber).subList(10, 13)).isEqualTo(numbered("short", 3));
    eventually().until(() -> topics.committed(group, topic) == 20);
  }

  @Test
  void aTopicThatIsMadeAgainIsConsumedWhenItWasHeldBack() {
    KafkaEndpoint endpoint =
        started(
            Map.of(
                "consumer.maxUnsettled", 10,
                "consumer.maxPollRecords", 10,
                "properties.metadata.max.age.ms", 1000,
                "properties.allow.auto.create.topics", false));
    RecordingSubscriber<Delivery> subscriber = new RecordingSubscriber<>(Delivery::ack);
    endpoint.consume(request()).subscribe(subscriber);
    eventually().until(() -> topics.committed(group, topic) == 0);
    topics.send(topic, 200, i -> "old" + i);
    eventually().until(() -> lag(endpoint) >= 80);
    staysFor(Duration.ofSeconds(3), () -> lag(endpoint) >= 80); // the id of the topic is known

    topics.delete(topic);
    topics.createNamed(topic);
    topics.send(topic, 3, i -> "new" + i);
    eventually().until(() -> lag(endpoint) < 80);
    subscriber.request(Long.MAX_VALUE);

    eventually().until(() -> texts(subscriber).containsAll(numbered("new", 3)));
  }

  @Test
  void aDurationDoesNotHoldUpPartitionsWithoutAYoungRecord() {
    String wide = topics.create(3);
    sendTo(wide, 0, "young");
    topics.send(
        new ProducerRecord<>(wide, 1, System.currentTimeMillis() - 7_200_000, null, bytes("old")));

    RecordingSubscriber<Delivery> subscriber =
        acknowledging(
            started(wide, Map.of("consumer.autoOffsetReset", "by_duration:PT1H")), request());
    awaitCount(subscriber, 1);
    sendTo(wide, 1, "new in 1");
    sendTo(wide, 2, "new in 2");

    awaitCount(subscriber, 3);
    assertThat(texts(subscriber)).containsExactlyInAnyOrder("young", "new in 1", "new in 2");
  }

  @Test
  void whatRetentionHasRemovedIsToldAndTheRestConsumed() {
    consumeAndRemove();

    KafkaEndpoint endpoint = started(Map.of("consumer.autoOffsetReset", "earliest"));
    RecordingSubscriber<Delivery> subscriber = acknowledging(endpoint, request());

    awaitCount(subscriber, 4);
    assertThat(texts(subscriber)).containsExactly("m6", "m7", "m8", "m9");
    assertThat(endpoint.status().counters().skipped()).isEqualTo(4);
    assertThat(endpoint.status().details().get("gaps").toString())
        .contains("offsets 2 to 5 of " + topic + "-0", group);
    assertThat(endpoint.status().lastError())
        .hasValueSatisfying(error -> assertThat(error.message()).contains("2 to 5"));
    eventually().until(() -> topics.committed(group, topic) == 10);
  }

  @Test
  void latestPassesOverWhatIsLeftAndSaysSo() {
    consumeAndRemove();

    KafkaEndpoint endpoint = started(Map.of("consumer.autoOffsetReset", "latest"));
    RecordingSubscriber<Delivery> subscriber = acknowledging(endpoint, request());
    eventually().until(() -> topics.committed(group, topic) == 10);
    topics.send(topic, 1, i -> "next");

    awaitCount(subscriber, 1);
    assertThat(texts(subscriber)).containsExactly("next");
    assertThat(endpoint.status().counters().skipped()).isEqualTo(8);
    assertThat(endpoint.status().details().get("gaps").toString()).contains("offsets 2 to 9");
  }

  @Test
  void noneRefusesAPositionThatIsGone() {
    consumeAndRemove();

    RecordingSubscriber<Delivery> subscriber =
        acknowledging(started(Map.of("consumer.autoOffsetReset", "none")), request());

    assertRefused(subscriber, "group '" + group + "' is at offset 2 of " + topic + "-0");
  }

  @Test
  void noneRefusesAGroupWithoutAPositionByItsPartitions() {
    RecordingSubscriber<Delivery> subscriber =
        acknowledging(started(Map.of("consumer.autoOffsetReset", "none")), request());

    assertRefused(subscriber, "no position in " + topic + "-0");
  }

  @Test
  void anIdOfAPartitionThatDoesNotExistIsRefused() {
    topics.send(topic, 3, i -> "m" + i);

    assertRefused(
        acknowledging(started(Map.of()), resume(topic + "@7#1")),
        "topic '" + topic + "' has 1 partitions, and no number 7");
  }

  @Test
  void membersWithOneMessageIdDoNotRewindEachOther() {
    String wide = topics.create(2);
    for (int i = 0; i < 20; i++) {
      sendTo(wide, i % 2, "m" + i);
    }
    String id = wide + "@0#4,1#4";
    KafkaEndpoint endpoint = started(wide, Map.of());
    RecordingSubscriber<Delivery> first = acknowledging(endpoint, resume(id));
    awaitCount(first, 10);

    RecordingSubscriber<Delivery> second = acknowledging(endpoint, resume(id));
    eventually().until(() -> topics.isBalanced(group, 2));
    sendTo(wide, 0, "n0");
    sendTo(wide, 1, "n1");

    eventually().until(() -> first.count() + second.count() >= 12);
    stays().until(() -> first.count() + second.count() == 12);
    List<String> all = new ArrayList<>(texts(first));
    all.addAll(texts(second));
    assertThat(all).doesNotHaveDuplicates();
    assertThat(endpoint.status().details().get("consumers").toString())
        .contains("the group has other members, whose positions hold");
  }

  @Test
  void aPartitionThatNoMessageIdNamesBeginsWhereTheResetSays() {
    String wide = topics.create(2);
    for (int i = 0; i < 10; i++) {
      sendTo(wide, i % 2, "p" + i % 2 + "-" + i);
    }
    RecordingSubscriber<Delivery> subscriber =
        acknowledging(started(wide, Map.of()), resume(wide + "@0#2"));
    awaitCount(subscriber, 2);
    eventually().until(() -> topics.position(group, new TopicPartition(wide, 1)).isPresent());

    sendTo(wide, 1, "young");

    awaitCount(subscriber, 3);
    assertThat(texts(subscriber)).containsExactly("p0-6", "p0-8", "young");
  }

  @Test
  void withoutQosAPartitionThatComesBackIsNotRepeatedFromItsBeginning() {
    String wide = topics.create(2);
    sendTo(wide, 0, "old");
    sendTo(wide, 1, "old");
    KafkaEndpoint endpoint = started(wide, Map.of());
    RecordingSubscriber<Delivery> subscriber = acknowledging(endpoint, ConsumeRequest.of(Qos.NONE));
    eventually().until(() -> partitions(endpoint) == 2);
    KafkaEndpoint second = other.started(group + "-two", properties(wide));
    acknowledging(second, ConsumeRequest.of(Qos.NONE));
    eventually().until(() -> partitions(endpoint) == 1 && partitions(second) == 1);

    second.close();

    eventually().until(() -> partitions(endpoint) == 2);
    sendTo(wide, 0, "young");
    sendTo(wide, 1, "young");
    awaitCount(subscriber, 2);
    assertThat(texts(subscriber)).containsExactly("young", "young");
  }

  private static int partitions(KafkaEndpoint endpoint) {
    String consumers = endpoint.status().details().get("consumers").toString();
    return IntStream.range(0, 10)
        .filter(i -> consumers.contains("partitions=" + i))
        .findFirst()
        .orElse(-1);
  }

  @Test
  void aResumePositionOutlivesAnAssignmentThatFails() {
    topics.send(topic, 10, i -> "m" + i);
    KafkaEndpoint endpoint = started(Map.of());
    RecordingSubscriber<Delivery> subscriber;
    // The group's positions cannot be read while a transaction is about to change them.
    try (var transaction = topics.positionsUnderWay(group, topic)) {
      subscriber = acknowledging(endpoint, resume(topic + "@0#6"));
      eventually().until(() -> state(endpoint) == EndpointState.DEGRADED);
      transaction.abortTransaction();
    }

    awaitCount(subscriber, 3);
    stays().until(() -> texts(subscriber).equals(List.of("m7", "m8", "m9")));
    eventually().until(() -> state(endpoint) == EndpointState.UP);
  }

  @Test
  void aGroupThatResumedGoesOnFromThereThoughNothingWasSettled() {
    topics.send(topic, 10, i -> "m" + i);
    KafkaEndpoint before = started(Map.of());
    RecordingSubscriber<Delivery> first = new RecordingSubscriber<>();
    before.consume(resume(topic + "@0#5")).subscribe(first);
    first.request(1);
    awaitCount(first, 1);
    before.close();

    RecordingSubscriber<Delivery> second = acknowledging(started(Map.of()), request());

    awaitCount(second, 4);
    assertThat(texts(second)).containsExactly("m6", "m7", "m8", "m9");
  }

  /** A group is at offset 2 of 10, and the first six messages are removed. */
  private void consumeAndRemove() {
    topics.send(topic, 10, i -> "m" + i);
    KafkaEndpoint endpoint = started(Map.of("consumer.autoOffsetReset", "earliest"));
    RecordingSubscriber<Delivery> subscriber = new RecordingSubscriber<>(Delivery::ack);
    endpoint.consume(request()).subscribe(subscriber);
    subscriber.request(2);
    awaitCount(subscriber, 2);
    join(endpoint.stop(Duration.ofSeconds(1)));
    assertThat(topics.committed(group, topic)).isEqualTo(2);
    join(
        topics
            .admin()
            .deleteRecords(Map.of(new TopicPartition(topic, 0), RecordsToDelete.beforeOffset(6)))
            .all()
            .toCompletionStage());
  }

  private static void assertRefused(RecordingSubscriber<?> subscriber, String words) {
    eventually().until(() -> subscriber.error().isPresent());
    assertThat(subscriber.error())
        .hasValueSatisfying(
            error -> {
              assertThat(((EndpointException) error).code())
                  .isEqualTo(ErrorCode.RESUME_POSITION_UNKNOWN);
              assertThat(error).hasMessageContaining(words);
            });
  }

  private void sendTo(String name, int partition, String text) {
    topics.send(new ProducerRecord<>(name, partition, null, bytes(text)));
  }

  private KafkaEndpoint started(Map<String, Object> more) {
    return started(topic, more);
  }

  private KafkaEndpoint started(String consumed, Map<String, Object> more) {
    Map<String, Object> properties = properties(consumed);
    properties.putAll(more);
    return kafka.started(group, properties);
  }

  private Map<String, Object> properties(String consumed) {
    Map<String, Object> properties =
        new HashMap<>(with(consuming(broker.servers(), consumed), "consumer.groupId", group));
    properties.put("consumer.autoOffsetReset", "latest");
    return properties;
  }

  private Map<String, Object> pattern(String pattern) {
    Map<String, Object> properties = properties(topic);
    properties.remove("consumer.topics");
    properties.put("consumer.topicPattern", pattern);
    properties.put("properties.metadata.max.age.ms", 1000);
    return properties;
  }

  private static long lag(KafkaEndpoint endpoint) {
    return endpoint.status().counters().lag();
  }

  private static ConsumeRequest request() {
    return ConsumeRequest.of(Qos.AT_LEAST_ONCE);
  }

  private static ConsumeRequest resume(String id) {
    return ConsumeRequest.builder().qos(Qos.AT_LEAST_ONCE).resumeAfter(id).build();
  }

  private static List<String> numbered(String text, int count) {
    return IntStream.range(0, count).mapToObj(i -> text + i).toList();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(java.nio.charset.StandardCharsets.UTF_8);
  }
}
