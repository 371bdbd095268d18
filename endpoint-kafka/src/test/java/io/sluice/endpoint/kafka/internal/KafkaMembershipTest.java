/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.kafka.internal;

import static io.sluice.endpoint.kafka.internal.KafkaFixture.acknowledging;
import static io.sluice.endpoint.kafka.internal.KafkaFixture.awaitCount;
import static io.sluice.endpoint.kafka.internal.KafkaFixture.consuming;
import static io.sluice.endpoint.kafka.internal.KafkaFixture.eventually;
import static io.sluice.endpoint.kafka.internal.KafkaFixture.join;
import static io.sluice.endpoint.kafka.internal.KafkaFixture.stays;
import static io.sluice.endpoint.kafka.internal.KafkaFixture.texts;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.endpoint.ConsumeRequest;
import io.sluice.endpoint.Delivery;
import io.sluice.endpoint.Qos;
import io.sluice.endpoint.tck.RecordingSubscriber;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** When consumers leave their group, and when they leave their place to a successor. */
class KafkaMembershipTest {

  @RegisterExtension final KafkaFixture kafka = new KafkaFixture();
  @RegisterExtension final KafkaFixture other = new KafkaFixture();

  private final TestBroker broker = TestBroker.shared();
  private final KafkaTopics topics = broker.topics();
  private final String topic = topics.create(2);
  private final String group = "g-" + topic;

  @Test
  void aSuccessorTakesThePlaceOfTheOneThatHandedOver() {
    KafkaEndpoint before = started(kafka, Map.of());
    RecordingSubscriber<Delivery> first = acknowledging(before, request());
    topics.send(topic, 10, i -> "a" + i);
    awaitCount(first, 10);
    String member = topics.instanceIds(group).get(0);

    join(before.handOver(Duration.ofSeconds(5)));

    assertThat(topics.isBalanced(group, 1)).as("its place is kept").isTrue();
    assertThat(topics.instanceIds(group)).containsExactly(member);
    RecordingSubscriber<Delivery> second = acknowledging(started(other, Map.of()), request());
    topics.send(topic, 10, i -> "b" + i);
    awaitCount(second, 10);
    assertThat(topics.instanceIds(group)).containsExactly(member);
    assertThat(texts(second)).allMatch(text -> text.startsWith("b"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "gateway-1"})
  void aSuccessorMayResumeElsewhereThoughItsPlaceWasKept(String instance) {
    Map<String, Object> more =
        instance.isEmpty() ? Map.of() : Map.of("consumer.groupInstanceId", instance);
    KafkaEndpoint before = started(kafka, more);
    RecordingSubscriber<Delivery> first = acknowledging(before, request());
    topics.send(topic, 10, i -> "m" + i);
    awaitCount(first, 10);
    List<String> members = topics.instanceIds(group);
    join(before.handOver(Duration.ofSeconds(5)));

    KafkaEndpoint after = started(other, more);
    RecordingSubscriber<Delivery> second =
        acknowledging(
            after,
            ConsumeRequest.builder()
                .qos(Qos.AT_LEAST_ONCE)
                .resumeAfter(topic + "@0#2,1#2")
                .build());

    awaitCount(second, 4);
    assertThat(texts(second)).containsExactlyInAnyOrder("m6", "m8", "m7", "m9");
    assertThat(topics.instanceIds(group)).isEqualTo(members);
    assertThat(after.status().details().get("consumers").toString()).doesNotContain("note");
  }

  @Test
  void aSuccessorGetsWhatIsNewSinceThePlaceWasTaken() {
    Map<String, Object> pattern = new HashMap<>(properties(Map.of()));
    pattern.remove("consumer.topics");
    pattern.put("consumer.topicPattern", topic + ".*");
    KafkaEndpoint before = kafka.started("orders", pattern);
    RecordingSubscriber<Delivery> first = acknowledging(before, request());
    topics.send(topic, 10, i -> "a" + i);
    awaitCount(first, 10);
    topics.createNamed(topic + "-new");
    topics.send(topic + "-new", 1, i -> "new");

    join(before.handOver(Duration.ofSeconds(5)));

    RecordingSubscriber<Delivery> second =
        acknowledging(other.started("orders", pattern), request());
    awaitCount(second, 1);
    assertThat(texts(second)).containsExactly("new");
  }

  @Test
  void aStoppedEndpointLeavesItsGroup() {
    KafkaEndpoint endpoint = started(kafka, Map.of());
    acknowledging(endpoint, request());
    eventually().until(() -> topics.isBalanced(group, 1));

    join(endpoint.stop(Duration.ofSeconds(5)));

    assertThat(topics.members(group)).isZero();
  }

  @Test
  void aCancelledConsumerLeavesItsGroup() {
    RecordingSubscriber<Delivery> subscriber = acknowledging(started(kafka, Map.of()), request());
    eventually().until(() -> topics.isBalanced(group, 1));

    subscriber.cancel();

    eventually().until(() -> topics.members(group) == 0);
  }

  @Test
  void aConsumerThatWasCancelledKeepsNoPlaceForASuccessor() {
    KafkaEndpoint endpoint = started(kafka, Map.of());
    RecordingSubscriber<Delivery> subscriber = new RecordingSubscriber<>();
    endpoint.consume(request()).subscribe(subscriber);
    subscriber.request(1);
    topics.send(topic, 1, i -> "unsettled");
    awaitCount(subscriber, 1);

    subscriber.cancel();
    join(endpoint.handOver(Duration.ofMillis(100)));

    assertThat(topics.members(group)).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "gateway-1"})
  void aConsumerThatFollowsACancelledOneKeepsItsPlaceAtAnUpdate(String instance) {
    Map<String, Object> more =
        instance.isEmpty() ? Map.of() : Map.of("consumer.groupInstanceId", instance);
    KafkaEndpoint before = started(kafka, more);
    RecordingSubscriber<Delivery> cancelled = new RecordingSubscriber<>();
    before.consume(request()).subscribe(cancelled);
    cancelled.request(1);
    topics.send(topic, 1, i -> "unsettled");
    awaitCount(cancelled, 1);

    cancelled.cancel(); // and waits for the settlement
    RecordingSubscriber<Delivery> again = acknowledging(before, request());
    awaitCount(again, 1);
    eventually().until(() -> topics.isBalanced(group, 1));
    List<String> members = topics.instanceIds(group);
    join(before.handOver(Duration.ofSeconds(5)));
    RecordingSubscriber<Delivery> successor = acknowledging(started(other, more), request());
    topics.send(topic, 10, i -> "m" + i);

    awaitCount(successor, 10);
    assertThat(topics.instanceIds(group)).isEqualTo(members);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "gateway-1"})
  void consumersOfDifferentTopicsKeepTheirPlacesInAnyOrder(String instance) {
    String second = topics.create(1);
    Map<String, Object> more =
        instance.isEmpty() ? Map.of() : Map.of("consumer.groupInstanceId", instance);
    ConsumeRequest other =
        ConsumeRequest.builder().qos(Qos.AT_LEAST_ONCE).override("topics", second).build();
    KafkaEndpoint before = started(kafka, more);
    acknowledging(before, request());
    acknowledging(before, other);
    eventually().until(() -> topics.isBalanced(group, 2));
    List<String> members = topics.instanceIds(group);
    join(before.handOver(Duration.ofSeconds(5)));

    KafkaEndpoint after = started(this.other, more);
    RecordingSubscriber<Delivery> ofSecond = acknowledging(after, other);
    RecordingSubscriber<Delivery> ofFirst = acknowledging(after, request());
    topics.send(topic, 10, i -> "first" + i);
    topics.send(second, 10, i -> "second" + i);

    awaitCount(ofFirst, 10);
    awaitCount(ofSecond, 10);
    assertThat(topics.instanceIds(group)).containsExactlyInAnyOrderElementsOf(members);
  }

  @Test
  void aConsumerThatIsCancelledAtOnceLeavesNoGhost() {
    KafkaEndpoint endpoint = started(kafka, Map.of());
    for (int i = 0; i < 5; i++) {
      acknowledging(endpoint, request()).cancel();
    }

    eventually().until(() -> topics.members(group) == 0);
    stays().until(() -> topics.members(group) == 0);
    RecordingSubscriber<Delivery> subscriber = acknowledging(endpoint, request());
    topics.send(topic, 1, i -> "x");
    awaitCount(subscriber, 1);
  }

  @Test
  void consumersOfOneEndpointAreDifferentMembers() {
    KafkaEndpoint endpoint = started(kafka, Map.of());
    acknowledging(endpoint, request());
    acknowledging(endpoint, request());

    eventually().until(() -> topics.isBalanced(group, 2));
    assertThat(topics.instanceIds(group)).hasSize(2).doesNotHaveDuplicates();
  }

  @Test
  void aNameThatTwoHostsOfOneProcessMakeOutIsGivenUpByOne() {
    RecordingSubscriber<Delivery> one = acknowledging(started(kafka, Map.of()), request());
    eventually().until(() -> topics.isBalanced(group, 1));

    RecordingSubscriber<Delivery> two = acknowledging(started(other, Map.of()), request());

    eventually().until(() -> topics.isBalanced(group, 2));
    topics.send(topic, 20, i -> "m" + i);
    eventually().until(() -> one.count() + two.count() >= 20);
    assertThat(one.error()).isEmpty();
    assertThat(two.error()).isEmpty();
  }

  @Test
  void anInstanceThatIsConfiguredKeepsItsPlaceWhenTheEndpointStops() {
    KafkaEndpoint endpoint = started(kafka, Map.of("consumer.groupInstanceId", "gateway-1"));
    acknowledging(endpoint, request());
    eventually().until(() -> topics.isBalanced(group, 1));
    assertThat(topics.instanceIds(group)).containsExactly("gateway-1-0");

    join(endpoint.stop(Duration.ofSeconds(5)));

    assertThat(topics.isBalanced(group, 1)).isTrue();
  }

  private KafkaEndpoint started(KafkaFixture fixture, Map<String, Object> more) {
    return fixture.started("orders", properties(more));
  }

  private Map<String, Object> properties(Map<String, Object> more) {
    Map<String, Object> properties = consuming(broker.servers(), topic);
    properties.put("consumer.groupId", group);
    properties.putAll(more);
    return properties;
  }

  private static ConsumeRequest request() {
    return ConsumeRequest.of(Qos.AT_LEAST_ONCE);
  }
}
