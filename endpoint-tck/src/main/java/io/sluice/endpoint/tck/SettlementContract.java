/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.endpoint.ConsumeRequest;
import io.sluice.endpoint.Delivery;
import io.sluice.endpoint.MessageEndpoint;
import io.sluice.endpoint.Nack;
import io.sluice.endpoint.Qos;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * Deliveries are settled in any order, by any thread, once; the window bounds the unsettled ones.
 */
@DisplayName("Settlement")
public abstract class SettlementContract extends ContractGroup {

  private static final int WINDOW = 8;

  @BeforeEach
  final void needBackend() {
    need(Ability.SEND);
    need(Qos.AT_LEAST_ONCE);
  }

  @Test
  void theWindowBoundsUnsettledDeliveries() {
    MessageEndpoint endpoint = consuming(WINDOW);
    RecordingSubscriber<Delivery> subscriber = unlimited(endpoint);

    backend().send(endpoint, messages(3 * WINDOW));

    awaitCount(subscriber, WINDOW);
    stays(() -> assertThat(subscriber.count()).as("unsettled").isEqualTo(WINDOW));
    assertThat(endpoint.status().counters().unsettled()).isEqualTo(WINDOW);
  }

  @Test
  void settlingInAnyOrderMakesRoom() {
    Random random = new Random(11);
    MessageEndpoint endpoint = consuming(WINDOW);
    RecordingSubscriber<Delivery> subscriber = unlimited(endpoint);
    int count = 10 * WINDOW;
    backend().send(endpoint, messages(count));

    for (int settled = 0; settled < count; settled += WINDOW) {
      awaitCount(subscriber, settled + WINDOW);
      List<Delivery> batch = subscriber.items().subList(settled, settled + WINDOW);
      Collections.shuffle(batch, random);
      batch.forEach(Delivery::ack);
    }

    eventually().until(() -> endpoint.status().counters().unsettled() == 0);
    stays(() -> assertThat(received(subscriber)).isEqualTo(texts(messages(count))));
    assertThat(subscriber.breaches()).isEmpty();
  }

  @Test
  void aDeliverySettlesOnce() {
    MessageEndpoint endpoint = consuming(WINDOW);
    RecordingSubscriber<Delivery> subscriber = unlimited(endpoint);
    backend().send(endpoint, messages(3 * WINDOW));
    awaitCount(subscriber, WINDOW);

    Delivery delivery = subscriber.items().get(0);
    delivery.ack();
    delivery.ack();
    delivery.nack(Nack.REQUEUE);
    delivery.nack(Nack.DISCARD);

    awaitCount(subscriber, WINDOW + 1);
    stays(
        () ->
            assertThat(received(subscriber))
                .as("one delivery was settled")
                .isEqualTo(texts(messages(WINDOW + 1))));
  }

  @Test
  void anyThreadSettles() throws Exception {
    int count = 400;
    MessageEndpoint endpoint = consuming(WINDOW);
    BlockingQueue<Delivery> delivered = new LinkedBlockingQueue<>();
    RecordingSubscriber<Delivery> subscriber = new RecordingSubscriber<>(delivered::add);
    subscribe(endpoint, ConsumeRequest.of(Qos.AT_LEAST_ONCE), subscriber).request(Long.MAX_VALUE);
    ExecutorService settlers = Executors.newFixedThreadPool(4);
    try {
      for (int i = 0; i < 4; i++) {
        settlers.submit(
            () -> {
              while (true) {
                delivered.take().ack();
              }
            });
      }
      backend().send(endpoint, messages(count));

      awaitCount(subscriber, count);
      eventually().until(() -> endpoint.status().counters().unsettled() == 0);
    } finally {
      settlers.shutdownNow();
    }
    assertThat(received(subscriber)).isEqualTo(texts(messages(count)));
    assertThat(subscriber.breaches()).isEmpty();
  }

  @Test
  void theOtherLevelsNeedNoAcknowledgement() {
    for (Qos qos : type().qos()) {
      if (qos != Qos.AT_LEAST_ONCE) {
        MessageEndpoint endpoint = consuming(WINDOW);
        RecordingSubscriber<Delivery> subscriber = new RecordingSubscriber<>();
        subscribe(endpoint, ConsumeRequest.of(qos), subscriber).request(3L * WINDOW);

        backend().send(endpoint, messages(3 * WINDOW));

        awaitCount(subscriber, 3 * WINDOW);
        assertThat(received(subscriber)).as("under %s", qos).isEqualTo(texts(messages(3 * WINDOW)));
        eventually().until(() -> endpoint.status().counters().unsettled() == 0);
        renew();
      }
    }
  }

  @Test
  void theOtherLevelsIgnoreSettlement() {
    for (Qos qos : type().qos()) {
      if (qos != Qos.AT_LEAST_ONCE) {
        MessageEndpoint endpoint = consuming();
        RecordingSubscriber<Delivery> subscriber =
            new RecordingSubscriber<>(delivery -> delivery.nack(Nack.REQUEUE));
        subscribe(endpoint, ConsumeRequest.of(qos), subscriber).request(Long.MAX_VALUE);

        backend().send(endpoint, messages(2));

        awaitCount(subscriber, 2);
        stays(() -> assertThat(subscriber.count()).as("under %s", qos).isEqualTo(2));
        renew();
      }
    }
  }

  @Test
  void whatALevelSettlesDoesNotComeAgain() {
    for (Qos qos : type().qos()) {
      if (qos == Qos.AUTO || qos == Qos.AT_MOST_ONCE) {
        MessageEndpoint endpoint = consuming();
        RecordingSubscriber<Delivery> first = subscribe(endpoint, qos);
        first.request(3);
        backend().send(endpoint, messages(3));
        awaitCount(first, 3);
        eventually().until(() -> endpoint.status().counters().unsettled() == 0);

        first.cancel();
        RecordingSubscriber<Delivery> second = subscribe(endpoint, qos);
        second.request(Long.MAX_VALUE);
        backend().send(endpoint, messages(3, 2));

        awaitCount(second, 2);
        stays(
            () ->
                assertThat(new HashSet<>(received(second)))
                    .as("under %s", qos)
                    .isEqualTo(new HashSet<>(texts(messages(3, 2)))));
        renew();
      }
    }
  }

  @Test
  void acknowledgementsCountAfterCancel() {
    MessageEndpoint endpoint = consuming();
    RecordingSubscriber<Delivery> first = subscribe(endpoint, Qos.AT_LEAST_ONCE);
    first.request(3);
    backend().send(endpoint, messages(3));
    awaitCount(first, 3);

    first.cancel();
    first.items().forEach(Delivery::ack);
    eventually().until(() -> endpoint.status().counters().unsettled() == 0);
    RecordingSubscriber<Delivery> second = unlimited(endpoint);
    backend().send(endpoint, messages(3, 2));

    awaitCount(second, 2);
    stays(
        () ->
            assertThat(new HashSet<>(received(second)))
                .isEqualTo(new HashSet<>(texts(messages(3, 2)))));
  }

  private RecordingSubscriber<Delivery> unlimited(MessageEndpoint endpoint) {
    RecordingSubscriber<Delivery> subscriber = subscribe(endpoint, Qos.AT_LEAST_ONCE);
    subscriber.request(Long.MAX_VALUE);
    return subscriber;
  }
}
