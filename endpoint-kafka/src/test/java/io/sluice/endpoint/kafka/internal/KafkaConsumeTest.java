/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.kafka.internal;

import static io.sluice.endpoint.kafka.internal.KafkaFixture.acknowledging;
import static io.sluice.endpoint.kafka.internal.KafkaFixture.awaitCount;
import static io.sluice.endpoint.kafka.internal.KafkaFixture.consuming;
import static io.sluice.endpoint.kafka.internal.KafkaFixture.eventually;
import static io.sluice.endpoint.kafka.internal.KafkaFixture.holding;
import static io.sluice.endpoint.kafka.internal.KafkaFixture.join;
import static io.sluice.endpoint.kafka.internal.KafkaFixture.state;
import static io.sluice.endpoint.kafka.internal.KafkaFixture.stays;
import static io.sluice.endpoint.kafka.internal.KafkaFixture.texts;
import static io.sluice.endpoint.kafka.internal.KafkaFixture.with;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.endpoint.ConsumeRequest;
import io.sluice.endpoint.Delivery;
import io.sluice.endpoint.EndpointException;
import io.sluice.endpoint.EndpointState;
import io.sluice.endpoint.ErrorCode;
import io.sluice.endpoint.Message;
import io.sluice.endpoint.Nack;
import io.sluice.endpoint.Qos;
import io.sluice.endpoint.tck.RecordingSubscriber;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class KafkaConsumeTest {

  @RegisterExtension final KafkaFixture kafka = new KafkaFixture();

  private final TestBroker broker = TestBroker.shared();
  private final KafkaTopics topics = broker.topics();
  private final String topic = topics.create(1);
  private final String group = "g-" + topic;

  @Test
  void aMessageHasWhatItsRecordHas() {
    RecordHeaders headers = new RecordHeaders();
    headers.add("traceparent", bytes("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"));
    headers.add("twice", everyByte());
    headers.add("twice", null);
    topics.send(new ProducerRecord<>(topic, 0, 1234567890123L, bytes("key"), everyByte(), headers));
    topics.send(new ProducerRecord<>(topic, 0, bytes("gone"), null));
    topics.send(new ProducerRecord<>(topic, 0, null, new byte[0]));

    RecordingSubscriber<Delivery> subscriber = acknowledging(started(Map.of()), request());

    awaitCount(subscriber, 3);
    Message first = subscriber.items().get(0).message();
    assertThat(first.payload()).isEqualTo(everyByte());
    assertThat(first.timestamp()).contains(Instant.ofEpochMilli(1234567890123L));
    assertThat(first.id()).contains(topic + "@0#0");
    assertThat(first.attributes().asMap())
        .containsEntry("kafka.topic", topic)
        .containsEntry("kafka.partition", 0)
        .containsEntry("kafka.offset", 0L)
        .containsEntry("kafka.timestampType", "CreateTime")
        .containsEntry("kafka.key", bytes("key"));
    assertThat(first.attributes().text("kafka.key")).contains("key");
    assertThat(first.headers().text("traceparent")).isPresent();
    assertThat(first.headers().all("twice")).hasSize(2);
    assertThat(first.headers().all("twice").get(0)).isEqualTo(everyByte());
    assertThat(first.headers().all("twice").get(1)).isNull();
    Message tombstone = subscriber.items().get(1).message();
    assertThat(tombstone.payload()).isNull();
    assertThat(tombstone.attributes().text("kafka.key")).contains("gone");
    Message empty = subscriber.items().get(2).message();
    assertThat(empty.payload()).isEmpty();
    assertThat(empty.attributes().get("kafka.key")).isNull();
  }

  @Test
  void whatIsCommittedIsTheHighestContiguousAcknowledgedOffset() {
    topics.send(topic, 10, i -> "m" + i);
    RecordingSubscriber<Delivery> subscriber = holding(started(Map.of()), Qos.AT_LEAST_ONCE);
    awaitCount(subscriber, 10);

    for (int i : new int[] {9, 3, 1, 0, 2, 5}) {
      subscriber.items().get(i).ack();
    }

    eventually().until(() -> topics.committed(group, topic) == 4);
    stays().until(() -> topics.committed(group, topic) == 4);
    subscriber.items().get(4).nack(Nack.DISCARD);
    eventually().until(() -> topics.committed(group, topic) == 6);
  }

  @Test
  void aStoppedEndpointRepeatsNoMoreThanWasUnsettled() {
    topics.send(topic, 10, i -> "m" + i);
    KafkaEndpoint before = started(Map.of());
    RecordingSubscriber<Delivery> subscriber = holding(before, Qos.AT_LEAST_ONCE);
    awaitCount(subscriber, 10);
    subscriber.items().subList(0, 7).forEach(Delivery::ack);

    join(before.stop(Duration.ZERO));

    assertThat(topics.committed(group, topic)).isEqualTo(7);
    RecordingSubscriber<Delivery> next = acknowledging(started(Map.of()), request());
    awaitCount(next, 3);
    stays().until(() -> texts(next).equals(List.of("m7", "m8", "m9")));
  }

  @Test
  void whereANewGroupBeginsIsKeptBeforeAnythingIsSettled() {
    topics.send(topic, 3, i -> "before" + i);
    KafkaEndpoint endpoint = started(Map.of("consumer.autoOffsetReset", "Latest"));
    acknowledging(endpoint, request());
    eventually().until(() -> topics.committed(group, topic) == 3);
    endpoint.close();

    topics.send(topic, 2, i -> "meanwhile" + i);

    RecordingSubscriber<Delivery> next =
        acknowledging(started(Map.of("consumer.autoOffsetReset", "latest")), request());
    awaitCount(next, 2);
    assertThat(texts(next)).containsExactly("meanwhile0", "meanwhile1");
  }

  @Test
  void aGroupWithoutAPositionMayBeAnError() {
    RecordingSubscriber<Delivery> subscriber =
        acknowledging(started(Map.of("consumer.autoOffsetReset", "NONE")), request());

    assertFails(subscriber, ErrorCode.RESUME_POSITION_UNKNOWN);
  }

  @Test
  void anUnknownResetIsAnErrorToTheConsumer() {
    KafkaEndpoint endpoint = started(Map.of("consumer.autoOffsetReset", "sometimes"));

    RecordingSubscriber<Delivery> subscriber = acknowledging(endpoint, request());

    assertFails(subscriber, ErrorCode.INVALID_CONFIGURATION);
    assertThat(subscriber.error().map(Throwable::getMessage))
        .hasValueSatisfying(message -> assertThat(message).contains("consumer.autoOffsetReset"));
    assertThat(state(endpoint)).isEqualTo(EndpointState.UP);
  }

  @Test
  void aGroupMayBeginByDuration() {
    topics.send(topic, 2, i -> "m" + i);

    RecordingSubscriber<Delivery> subscriber =
        acknowledging(started(Map.of("consumer.autoOffsetReset", "by_duration:PT1H")), request());

    awaitCount(subscriber, 2);
  }

  @Test
  void resumingSeeksWhateverTheGroupKnows() {
    topics.send(topic, 10, i -> "m" + i);
    KafkaEndpoint endpoint = started(Map.of("consumer.encodeMessageId", true));
    RecordingSubscriber<Delivery> all = acknowledging(endpoint, request());
    awaitCount(all, 10);
    String id = all.items().get(3).message().id().orElseThrow();
    assertThat(id).doesNotContain("@");
    all.cancel();

    RecordingSubscriber<Delivery> encoded = acknowledging(endpoint, resume(id));
    awaitCount(encoded, 6);
    encoded.cancel();
    RecordingSubscriber<Delivery> plain = acknowledging(endpoint, resume(topic + "@0#7"));
    awaitCount(plain, 2);

    stays().until(() -> texts(plain).equals(List.of("m8", "m9")));
    assertThat(texts(encoded)).startsWith("m4", "m5");
    eventually().until(() -> topics.committed(group, topic) == 10);
  }

  @Test
  void positionsThatTheBrokerDoesNotHoldAreRefused() {
    topics.send(topic, 3, i -> "m" + i);
    KafkaEndpoint endpoint = started(Map.of());

    assertFails(acknowledging(endpoint, resume(topic + "@0#3")), ErrorCode.RESUME_POSITION_UNKNOWN);
    assertFails(acknowledging(endpoint, resume("other@0#0")), ErrorCode.RESUME_POSITION_UNKNOWN);
    assertFails(acknowledging(endpoint, resume("no id")), ErrorCode.RESUME_POSITION_UNKNOWN);
  }

  @Test
  void requeuedMessagesComeAgainFromTheWindow() {
    topics.send(topic, 3, i -> "m" + i);
    KafkaEndpoint endpoint = started(Map.of());
    RecordingSubscriber<Delivery> subscriber =
        new RecordingSubscriber<>(
            delivery -> {
              boolean again = delivery.message().attributes().get(Delivery.COUNT_ATTRIBUTE) != null;
              if (delivery.message().text().equals("m1") && !again) {
                delivery.nack(Nack.REQUEUE);
              } else {
                delivery.ack();
              }
            });
    endpoint.consume(request()).subscribe(subscriber);
    subscriber.request(10);

    awaitCount(subscriber, 4);
    assertThat(texts(subscriber)).containsExactlyInAnyOrder("m0", "m1", "m1", "m2");
    eventually().until(() -> topics.committed(group, topic) == 3);
    assertThat(endpoint.status().counters().redelivered()).isOne();
  }

  @Test
  void aMemberThatDoesNotTakeAnythingStaysInItsGroup() {
    topics.send(topic, 5000, i -> "m" + i);
    Map<String, Object> impatient =
        Map.of(
            "properties.max.poll.interval.ms", 2000,
            "properties.session.timeout.ms", 6000,
            "consumer.maxUnsettled", 10);
    KafkaEndpoint endpoint = started(impatient);
    RecordingSubscriber<Delivery> subscriber = holding(endpoint, Qos.AT_LEAST_ONCE);
    awaitCount(subscriber, 10);

    // Longer than a member may be silent.
    KafkaFixture.staysFor(
        Duration.ofSeconds(4), () -> subscriber.count() == 10 && topics.members(group) == 1);

    subscriber.items().forEach(Delivery::ack);
    awaitCount(subscriber, 20);
    assertThat(texts(subscriber)).isEqualTo(IntStream.range(0, 20).mapToObj(i -> "m" + i).toList());
    assertThat(subscriber.error()).isEmpty();
  }

  @Test
  void onePartitionThatStandsStillDoesNotHoldUpOthers() {
    String wide = topics.create(3);
    for (int i = 0; i < 3000; i++) {
      topics.queue(new ProducerRecord<>(wide, i % 3, null, bytes("p" + i % 3 + "-" + i / 3)));
    }
    topics.flush();
    Map<String, Object> small = Map.of("consumer.maxUnsettled", 50);
    KafkaEndpoint endpoint = started(wide, small);
    RecordingSubscriber<Delivery> subscriber =
        new RecordingSubscriber<>(
            delivery -> {
              if (!delivery.message().text().equals("p1-0")) {
                delivery.ack();
              }
            });
    endpoint.consume(request()).subscribe(subscriber);
    subscriber.request(Long.MAX_VALUE);

    awaitCount(subscriber, 2001);
    eventually().until(() -> subscriber.count() >= 2000 + 50);
    stays().until(() -> subscriber.count() == 2000 + 50);
    for (int partition = 0; partition < 3; partition++) {
      String prefix = "p" + partition + "-";
      List<String> own = texts(subscriber).stream().filter(t -> t.startsWith(prefix)).toList();
      assertThat(own).isEqualTo(IntStream.range(0, own.size()).mapToObj(i -> prefix + i).toList());
    }
  }

  @Test
  void partitionsThatMoveToAnotherMemberRepeatNothingThatWasSettled() {
    String wide = topics.create(4);
    KafkaEndpoint one = started(wide, Map.of());
    KafkaEndpoint two = kafka.started(group + "-two", properties(wide, Map.of()));
    Set<String> seen = Collections.synchronizedSet(new HashSet<>());
    ConcurrentLinkedQueue<String> repeated = new ConcurrentLinkedQueue<>();
    subscribe(one, seen, repeated);
    topics.send(wide, 2000, i -> "a" + i);
    eventually().until(() -> seen.size() == 2000);

    RecordingSubscriber<Delivery> second = subscribe(two, seen, repeated);
    topics.send(wide, 5000, i -> "b" + i);
    eventually().until(() -> topics.isBalanced(group, 2));
    topics.send(wide, 2000, i -> "c" + i);
    eventually().until(() -> seen.size() == 9000);
    assertThat(second.count()).as("what the second member got").isPositive();
    two.close();
    topics.send(wide, 1000, i -> "d" + i);

    eventually().until(() -> seen.size() == 10_000);
    assertThat(repeated).isEmpty();
  }

  @Test
  void atMostOnceCommitsBeforeItDelivers() {
    topics.send(topic, 100, i -> "m" + i);
    List<Long> committed = Collections.synchronizedList(new ArrayList<>());
    KafkaEndpoint endpoint = started(Map.of());
    RecordingSubscriber<Delivery> subscriber =
        new RecordingSubscriber<>(delivery -> committed.add(topics.committed(group, topic)));
    endpoint.consume(request(Qos.AT_MOST_ONCE)).subscribe(subscriber);
    subscriber.request(10);

    eventually().until(() -> committed.size() == 10);
    for (int i = 0; i < 10; i++) {
      assertThat(committed.get(i)).as("committed when m%d was delivered", i).isGreaterThan(i);
    }
    join(endpoint.stop(Duration.ZERO));
    assertThat(topics.committed(group, topic))
        .as("what was not delivered is given back")
        .isEqualTo(10);
  }

  @Test
  void withoutQosNothingIsCommitted() {
    topics.send(topic, 10, i -> "m" + i);
    KafkaEndpoint endpoint = started(Map.of());
    RecordingSubscriber<Delivery> subscriber = acknowledging(endpoint, request(Qos.NONE));
    awaitCount(subscriber, 10);

    join(endpoint.stop(Duration.ZERO));

    assertThat(topics.committed(group, topic)).isNegative();
  }

  @Test
  void aPatternFindsItsTopics() {
    String prefix = "pattern-" + topic + "-";
    topics.createNamed(prefix + "a");
    topics.createNamed(prefix + "b");
    topics.send(prefix + "a", 1, i -> "a");
    topics.send(prefix + "b", 1, i -> "b");
    Map<String, Object> properties = properties(topic, Map.of());
    properties.remove("consumer.topics");
    properties.put("consumer.topicPattern", "pattern-" + topic + "-[ab]");

    RecordingSubscriber<Delivery> subscriber =
        acknowledging(kafka.started(group, properties), request());

    awaitCount(subscriber, 2);
    assertThat(texts(subscriber)).containsExactlyInAnyOrder("a", "b");
  }

  @Test
  void aRequestOverridesTopicsAndGroup() {
    String other = topics.create(1);
    topics.send(other, 1, i -> "other");
    ConsumeRequest request =
        ConsumeRequest.builder()
            .qos(Qos.AT_LEAST_ONCE)
            .override("topics", other)
            .override("groupId", "overridden-" + topic)
            .build();

    RecordingSubscriber<Delivery> subscriber = acknowledging(started(Map.of()), request);

    awaitCount(subscriber, 1);
    eventually().until(() -> topics.committed("overridden-" + topic, other) == 1);
  }

  @Test
  void aMessageThatIsUnsettledForLongIsNamedInTheStatus() {
    topics.send(topic, 1, i -> "m" + i);
    KafkaEndpoint endpoint = started(Map.of("consumer.maxUnsettledAge", 50));
    RecordingSubscriber<Delivery> subscriber = holding(endpoint, Qos.AT_LEAST_ONCE);
    awaitCount(subscriber, 1);

    eventually().until(() -> state(endpoint) == EndpointState.DEGRADED);
    assertThat(endpoint.status().reason()).contains(topic + "@0#0", group);
    subscriber.items().get(0).ack();
    eventually().until(() -> state(endpoint) == EndpointState.UP);
  }

  @Test
  void aDiscardedMessageMayEndTheSubscription() {
    topics.send(topic, 2, i -> "m" + i);
    RecordingSubscriber<Delivery> subscriber =
        holding(started(Map.of("consumer.failureStrategy", "fail")), Qos.AT_LEAST_ONCE);
    awaitCount(subscriber, 2);

    subscriber.items().get(0).nack(Nack.DISCARD);

    assertFails(subscriber, ErrorCode.REJECTED);
  }

  @Test
  void theLagIsWhatWaits() {
    topics.send(topic, 1000, i -> "m" + i);
    KafkaEndpoint endpoint = started(Map.of("consumer.maxUnsettled", 100));
    RecordingSubscriber<Delivery> subscriber = holding(endpoint, Qos.AT_LEAST_ONCE);
    awaitCount(subscriber, 100);

    eventually().until(() -> endpoint.status().counters().lag() == 900);
    assertThat(endpoint.status().counters().unsettled()).isEqualTo(100);
  }

  @Test
  void randomSettlementLosesNothing() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    topics.send(topic, 3000, i -> "m" + i);
    KafkaEndpoint endpoint = started(Map.of("consumer.maxUnsettled", 64));
    RecordingSubscriber<Delivery> subscriber = holding(endpoint, Qos.AT_LEAST_ONCE);
    List<Delivery> open = new ArrayList<>();
    int taken = 0;
    Set<String> acked = new HashSet<>();
    while (acked.size() < 3000) {
      List<Delivery> items = subscriber.items();
      open.addAll(items.subList(taken, items.size()));
      taken = items.size();
      if (open.isEmpty()) {
        eventually().until(() -> subscriber.count() > acked.size());
        continue;
      }
      Delivery delivery = open.remove(random.nextInt(open.size()));
      if (random.nextInt(10) == 0) {
        delivery.nack(Nack.REQUEUE);
      } else {
        delivery.ack();
        assertThat(acked.add(delivery.message().text())).as("seed %d", seed).isTrue();
      }
    }

    eventually().until(() -> topics.committed(group, topic) == 3000);
  }

  private RecordingSubscriber<Delivery> subscribe(
      KafkaEndpoint endpoint, Set<String> seen, ConcurrentLinkedQueue<String> repeated) {
    RecordingSubscriber<Delivery> subscriber =
        new RecordingSubscriber<>(
            delivery -> {
              if (!seen.add(delivery.message().text())) {
                repeated.add(delivery.message().text());
              }
              delivery.ack();
            });
    endpoint.consume(request()).subscribe(subscriber);
    subscriber.request(Long.MAX_VALUE);
    return subscriber;
  }

  private KafkaEndpoint started(Map<String, Object> more) {
    return started(topic, more);
  }

  private KafkaEndpoint started(String consumed, Map<String, Object> more) {
    return kafka.started(group, properties(consumed, more));
  }

  private Map<String, Object> properties(String consumed, Map<String, Object> more) {
    Map<String, Object> properties =
        with(consuming(broker.servers(), consumed), "consumer.groupId", group);
    properties.putAll(more);
    return properties;
  }

  private static ConsumeRequest request() {
    return request(Qos.AT_LEAST_ONCE);
  }

  private static ConsumeRequest request(Qos qos) {
    return ConsumeRequest.of(qos);
  }

  private static ConsumeRequest resume(String id) {
    return ConsumeRequest.builder().qos(Qos.AT_LEAST_ONCE).resumeAfter(id).build();
  }

  private static void assertFails(RecordingSubscriber<?> subscriber, ErrorCode code) {
    eventually().until(() -> subscriber.error().isPresent());
    assertThat(subscriber.error())
        .hasValueSatisfying(
            error -> assertThat(((EndpointException) error).code()).isEqualTo(code));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] everyByte() {
    byte[] bytes = new byte[256];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) i;
    }
    return bytes;
  }
}
