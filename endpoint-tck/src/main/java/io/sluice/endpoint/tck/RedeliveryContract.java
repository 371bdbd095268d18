/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.sluice.endpoint.ConsumeRequest;
import io.sluice.endpoint.Delivery;
import io.sluice.endpoint.EndpointType;
import io.sluice.endpoint.ErrorCode;
import io.sluice.endpoint.Message;
import io.sluice.endpoint.MessageEndpoint;
import io.sluice.endpoint.Mode;
import io.sluice.endpoint.Nack;
import io.sluice.endpoint.Qos;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What was refused or left unsettled comes again; nothing that was settled does. */
@DisplayName("Redelivery")
public abstract class RedeliveryContract extends ContractGroup {

  @Test
  void requeuedMessagesComeAgainAndAreCounted() {
    MessageEndpoint endpoint = consumingAtLeastOnce();
    List<Object> counts = new ArrayList<>();
    RecordingSubscriber<Delivery> subscriber =
        new RecordingSubscriber<>(
            delivery -> {
              Object count = delivery.message().attributes().get(Delivery.COUNT_ATTRIBUTE);
              counts.add(count == null ? "first" : count);
              if (counts.size() < 3) {
                delivery.nack(Nack.REQUEUE);
              } else {
                delivery.ack();
              }
            });
    subscribe(endpoint, ConsumeRequest.of(Qos.AT_LEAST_ONCE), subscriber).request(Long.MAX_VALUE);

    backend().send(endpoint, messages(1));

    awaitCount(subscriber, 3);
    stays(() -> assertThat(received(subscriber)).containsExactly("m0", "m0", "m0"));
    assertThat(counts).containsExactly("first", 2, 3);
    assertThat(endpoint.status().counters().unsettled()).isZero();
    assertThat(subscriber.breaches()).isEmpty();
  }

  @Test
  void redeliveryNeedsDemandToo() {
    MessageEndpoint endpoint = consumingAtLeastOnce();
    RecordingSubscriber<Delivery> subscriber = subscribe(endpoint, Qos.AT_LEAST_ONCE);
    subscriber.request(1);
    backend().send(endpoint, messages(1));
    awaitCount(subscriber, 1);

    subscriber.items().get(0).nack(Nack.REQUEUE);

    stays(() -> assertThat(subscriber.count()).isEqualTo(1));
    subscriber.request(1);
    awaitCount(subscriber, 2);
  }

  @Test
  void discardedMessagesDoNotComeAgain() {
    MessageEndpoint endpoint = consumingAtLeastOnce();
    RecordingSubscriber<Delivery> subscriber =
        new RecordingSubscriber<>(delivery -> delivery.nack(Nack.DISCARD));
    subscribe(endpoint, ConsumeRequest.of(Qos.AT_LEAST_ONCE), subscriber).request(Long.MAX_VALUE);
    long failed = endpoint.status().counters().failed();

    backend().send(endpoint, messages(3));

    awaitCount(subscriber, 3);
    stays(() -> assertThat(received(subscriber)).containsExactly("m0", "m1", "m2"));
    assertThat(endpoint.status().counters().failed()).isEqualTo(failed + 3);
    assertThat(endpoint.status().counters().unsettled()).isZero();
  }

  @Test
  void consumersWithTheSameClientIdShareTheMessages() {
    MessageEndpoint endpoint = consumingAtLeastOnce();
    List<RecordingSubscriber<Delivery>> consumers = List.of(acknowledging(), acknowledging());
    consumers.forEach(
        consumer ->
            subscribe(endpoint, request(Qos.AT_LEAST_ONCE, "shared"), consumer)
                .request(Long.MAX_VALUE));

    backend().send(endpoint, messages(40));

    eventually().until(() -> consumers.stream().mapToInt(RecordingSubscriber::count).sum() >= 40);
    stays(
        () ->
            assertThat(consumers.stream().flatMap(consumer -> received(consumer).stream()))
                .containsExactlyInAnyOrderElementsOf(texts(messages(40))));
  }

  @Test
  void consumersWithDifferentClientIdsGetEverything() {
    MessageEndpoint endpoint = consumingAtLeastOnce();
    List<RecordingSubscriber<Delivery>> consumers = List.of(acknowledging(), acknowledging());
    subscribe(endpoint, request(Qos.AT_LEAST_ONCE, "left"), consumers.get(0)).request(100);
    subscribe(endpoint, request(Qos.AT_LEAST_ONCE, "right"), consumers.get(1)).request(100);

    backend().send(endpoint, messages(20));

    for (RecordingSubscriber<Delivery> consumer : consumers) {
      awaitCount(consumer, 20);
      stays(() -> assertThat(received(consumer)).isEqualTo(texts(messages(20))));
    }
  }

  @Test
  void whatACancelledConsumerLeftGoesToTheNext() {
    MessageEndpoint endpoint = consumingAtLeastOnce();
    RecordingSubscriber<Delivery> first = subscribe(endpoint, Qos.AT_LEAST_ONCE);
    first.request(4);
    backend().send(endpoint, messages(4));
    awaitCount(first, 4);

    first.cancel();
    RecordingSubscriber<Delivery> second = acknowledging();
    subscribe(endpoint, ConsumeRequest.of(Qos.AT_LEAST_ONCE), second).request(Long.MAX_VALUE);

    awaitCount(second, 4);
    assertThat(received(second)).isEqualTo(texts(messages(4)));
  }

  @Test
  void theBackendKeepsWhatAStoppedEndpointLeftUnsettled() {
    needCapability(EndpointType.DURABLE);
    need(Ability.SEND);
    Map<String, Object> configuration = backend().configuration(consumingModes());
    MessageEndpoint before = (MessageEndpoint) started(configuration);
    RecordingSubscriber<Delivery> first = subscribe(before, Qos.AT_LEAST_ONCE);
    first.request(6);
    backend().send(before, messages(6));
    awaitCount(first, 6);
    first.items().get(0).ack();
    first.items().get(1).ack();
    before.close();

    MessageEndpoint after = (MessageEndpoint) started(configuration);
    RecordingSubscriber<Delivery> second = acknowledging();
    subscribe(after, ConsumeRequest.of(Qos.AT_LEAST_ONCE), second).request(Long.MAX_VALUE);

    awaitCount(second, 4);
    stays(() -> assertThat(received(second)).isEqualTo(texts(messages(2, 4))));
  }

  @Test
  void aSuccessorGoesOnWhereItWasHandedOver() {
    needCapability(EndpointType.DURABLE);
    need(Ability.SEND);
    Map<String, Object> configuration = backend().configuration(consumingModes());
    MessageEndpoint before = (MessageEndpoint) started(configuration);
    RecordingSubscriber<Delivery> first = subscribe(before, Qos.AT_LEAST_ONCE);
    first.request(3);
    backend().send(before, messages(6));
    awaitCount(first, 3);
    first.items().get(0).ack();
    first.items().get(1).ack();
    join(before.handOver(Duration.ZERO));

    MessageEndpoint after = (MessageEndpoint) started(configuration);
    RecordingSubscriber<Delivery> second = acknowledging();
    subscribe(after, ConsumeRequest.of(Qos.AT_LEAST_ONCE), second).request(Long.MAX_VALUE);

    awaitCount(second, 4);
    stays(() -> assertThat(received(second)).isEqualTo(texts(messages(2, 4))));
  }

  @Test
  void resumesAfterAMessage() {
    needCapability(EndpointType.RESUME);
    Map<String, Object> flood = need(Situation.FLOOD);
    List<String> ids = firstIds(flood, null);

    assertThat(ids).doesNotHaveDuplicates();
    assertThat(firstIds(flood, ids.get(1)).subList(0, 3)).isEqualTo(ids.subList(2, 5));
  }

  @Test
  void anUnknownPositionIsRefused() {
    needCapability(EndpointType.RESUME);
    assertRefusesToResume(ErrorCode.RESUME_POSITION_UNKNOWN);
  }

  @Test
  void resumingIsRefusedByTypesThatCannot() {
    assumeFalse(type().capabilities().contains(EndpointType.RESUME), type().name() + " can resume");
    assertRefusesToResume(ErrorCode.RESUME_UNSUPPORTED);
  }

  private void assertRefusesToResume(ErrorCode code) {
    need(Mode.CONSUME);
    RecordingSubscriber<Delivery> subscriber = new RecordingSubscriber<>();
    subscribe(
        consuming(), ConsumeRequest.builder().resumeAfter("\u00a4 no id").build(), subscriber);
    assertFails(subscriber, code);
    assertThat(subscriber.breaches()).isEmpty();
  }

  /** The ids of five messages, after the one with an id if it is given. */
  private List<String> firstIds(Map<String, Object> flood, String resumeAfter) {
    MessageEndpoint endpoint = (MessageEndpoint) started(flood);
    RecordingSubscriber<Delivery> subscriber = acknowledging();
    ConsumeRequest request =
        ConsumeRequest.builder().qos(Qos.AT_LEAST_ONCE).resumeAfter(resumeAfter).build();
    subscribe(endpoint, request, subscriber).request(5);
    awaitCount(subscriber, 5);
    endpoint.close();
    return subscriber.items().stream()
        .map(Delivery::message)
        .map(Message::id)
        .map(id -> id.orElseThrow(() -> new AssertionError("a message without id")))
        .toList();
  }

  private MessageEndpoint consumingAtLeastOnce() {
    need(Ability.SEND);
    need(Qos.AT_LEAST_ONCE);
    return consuming();
  }

  /** A subscriber that acknowledges. */
  private static RecordingSubscriber<Delivery> acknowledging() {
    return new RecordingSubscriber<>(Delivery::ack);
  }
}
