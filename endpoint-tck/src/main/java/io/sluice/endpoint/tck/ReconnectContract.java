/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.endpoint.Delivery;
import io.sluice.endpoint.EndpointCounters;
import io.sluice.endpoint.EndpointState;
import io.sluice.endpoint.MessageEndpoint;
import io.sluice.endpoint.Qos;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * What was unsettled when a connection broke is either still the consumer's, as with backends that
 * keep a consumer's place for a while, or delivered again: all of it, in its order, and not to be
 * settled by who got it before.
 */
@DisplayName("Reconnect")
public abstract class ReconnectContract extends ContractGroup {

  /** What a consumer gets before its connection breaks; see {@link Situation#DISCONNECTS}. */
  private static final int LOST = 10;

  private MessageEndpoint endpoint;
  private RecordingSubscriber<Delivery> subscriber;

  @BeforeEach
  final void needBackend() {
    need(Ability.SEND);
    need(Qos.AT_LEAST_ONCE);
  }

  @Test
  void whatComesAgainComesInOrder() {
    loseConnectionAfter(new RecordingSubscriber<>(this::ackUnlessLost));

    backend().send(endpoint, messages(LOST, 5));
    subscriber.request(Long.MAX_VALUE);

    eventually().until(() -> received(subscriber).contains("m14"));
    stays(
        () ->
            assertThat(afterTheBreak()).isIn(texts(messages(LOST + 5)), texts(messages(LOST, 5))));
    assertThat(subscriber.breaches()).isEmpty();
  }

  @Test
  void aStaleAcknowledgementIsIgnoredAndCounted() {
    loseConnectionAfter(new RecordingSubscriber<>());
    List<Delivery> stale = subscriber.items();
    backend().send(endpoint, messages(LOST, 1));
    subscriber.request(LOST - 1); // one more, and some connections break again
    awaitCount(subscriber, LOST + 1);
    boolean again = afterTheBreak().get(0).equals("m0");
    int unsettled = again ? LOST - 1 : 1;
    awaitCount(subscriber, LOST + unsettled);

    stale.forEach(Delivery::ack);

    eventually().until(() -> counters().unsettled() == unsettled);
    stays(() -> assertThat(counters().unsettled()).as("unsettled").isEqualTo(unsettled));
    assertThat(counters().ignoredSettlements()).isEqualTo(again ? LOST : 0);
  }

  /** Ten messages are delivered and not settled; then the connection breaks and comes back. */
  private void loseConnectionAfter(RecordingSubscriber<Delivery> consumer) {
    boolean interrupts = backend().abilities().contains(Ability.INTERRUPT);
    Map<String, Object> properties =
        interrupts ? backend().configuration(consumingModes()) : need(Situation.DISCONNECTS);
    endpoint = (MessageEndpoint) started(properties);
    subscriber = consumer;
    subscribe(endpoint, request(Qos.AT_LEAST_ONCE, "reconnecting"), consumer).request(LOST);
    backend().send(endpoint, messages(LOST));
    awaitCount(consumer, LOST);
    if (interrupts) {
      backend().interrupt();
      eventually().until(() -> endpoint.status().state() == EndpointState.DOWN);
      backend().restore();
    }
    eventually().until(() -> counters().reconnects() > 0);
    eventually().until(() -> endpoint.status().state() == EndpointState.UP);
  }

  private void ackUnlessLost(Delivery delivery) {
    if (subscriber.count() > LOST) {
      delivery.ack();
    }
  }

  private List<String> afterTheBreak() {
    List<String> all = received(subscriber);
    return all.subList(LOST, all.size());
  }

  private EndpointCounters counters() {
    return endpoint.status().counters();
  }
}
