/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.settlement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.endpoint.Delivery;
import io.sluice.endpoint.Message;
import io.sluice.endpoint.Nack;
import io.sluice.endpoint.Qos;
import io.sluice.endpoint.support.lifecycle.EndpointMeter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class DeliveryTrackerTest {

  private final AcknowledgementWindow window = new AcknowledgementWindow(2, 1_000, () -> {});
  private final EndpointMeter meter = new EndpointMeter();
  private final Message message = Message.of("hello");
  private final List<String> events = new ArrayList<>();
  private final RedeliveryQueue<TrackedDelivery<String>> redeliveries = new RedeliveryQueue<>();

  private DeliveryTracker<String> tracker(Qos qos) {
    return new DeliveryTracker<>(
        "orders",
        qos,
        window,
        new Settlements<>() {
          @Override
          public boolean acked(TrackedDelivery<String> delivery) {
            events.add("acked " + delivery.position());
            return true;
          }

          @Override
          public void nacked(TrackedDelivery<String> delivery, Nack how) {
            events.add(how + " " + delivery.position());
            if (how == Nack.REQUEUE) {
              redeliveries.add(delivery.sequence(), delivery);
            } else {
              delivery.settle();
            }
          }
        },
        meter);
  }

  @Test
  void noneLeavesTheWindowAlone() {
    DeliveryTracker<String> tracker = tracker(Qos.NONE);

    for (int i = 0; i < 10; i++) {
      assertThat(tracker.hasRoom(5_000)).isTrue();
      tracker.deliver(i, message, message.size(), null).ack();
      tracker.delivered();
    }

    assertThat(window.settledPosition()).isEqualTo(AcknowledgementWindow.NONE);
    assertThat(meter.counters().in()).isEqualTo(10);
    assertThat(events).isEmpty();
  }

  @Test
  void atMostOnceIsSettledBeforeItIsDelivered() {
    DeliveryTracker<String> tracker = tracker(Qos.AT_MOST_ONCE);

    Delivery delivery = tracker.deliver(7, message, message.size(), null);

    assertThat(window.settledPosition()).isEqualTo(7);
    delivery.nack(Nack.REQUEUE);
    assertThat(events).as("the endpoint is told once").containsExactly("acked 7");
  }

  @Test
  void autoIsSettledWhenDeliveredAndNotByTheConsumer() {
    DeliveryTracker<String> tracker = tracker(Qos.AUTO);

    Delivery delivery = tracker.deliver(7, message, message.size(), null);
    delivery.ack();
    delivery.nack(Nack.DISCARD);
    assertThat(window.unsettled()).isEqualTo(1);
    tracker.delivered();
    tracker.delivered();

    assertThat(window.settledPosition()).isEqualTo(7);
    assertThat(events).as("the endpoint is told once").containsExactly("acked 7");
  }

  @Test
  void whatAConsumerDoesNotTakeUnderAutoIsNotSettled() {
    DeliveryTracker<String> tracker = tracker(Qos.AUTO);
    tracker.deliver(7, message, message.size(), "tag 7");

    assertThat(tracker.takeRefused().handle()).isEqualTo("tag 7");
    tracker.delivered();

    assertThat(tracker.takeRefused()).isNull();
    assertThat(window.unsettled()).isOne();
    assertThat(events).isEmpty();
  }

  @Test
  void aSettlementUnderAutoThatComesTooLateIsCounted() {
    DeliveryTracker<String> tracker = tracker(Qos.AUTO);
    tracker.deliver(7, message, message.size(), null);
    window.close();

    tracker.delivered();

    assertThat(events).isEmpty();
    assertThat(meter.counters().ignoredSettlements()).isOne();
  }

  @Test
  void atLeastOnceIsSettledByTheConsumer() {
    DeliveryTracker<String> tracker = tracker(Qos.AT_LEAST_ONCE);

    Delivery delivery = tracker.deliver(7, message, message.size(), null);
    tracker.delivered();
    assertThat(window.unsettled()).isEqualTo(1);
    delivery.ack();
    delivery.ack();
    delivery.nack(Nack.REQUEUE);

    assertThat(window.settledPosition()).isEqualTo(7);
    assertThat(events).containsExactly("acked 7");
    assertThat(meter.counters().ignoredSettlements()).isZero();
  }

  @Test
  void theWindowBoundsWhatIsUnsettled() {
    DeliveryTracker<String> tracker = tracker(Qos.AT_LEAST_ONCE);
    Delivery first = tracker.deliver(1, message, message.size(), null);
    tracker.deliver(2, message, message.size(), null);

    assertThat(tracker.hasRoom(5)).isFalse();
    first.ack();
    assertThat(tracker.hasRoom(5)).isTrue();
  }

  @Test
  void aDeliveryTakesTheBytesThatItIsMadeWithAndThePayloadIsCounted() {
    DeliveryTracker<String> tracker = tracker(Qos.AT_LEAST_ONCE);
    TrackedDelivery<String> delivery =
        (TrackedDelivery<String>) tracker.deliver(1, message, 900, null);

    assertThat(tracker.hasRoom(100)).isTrue();
    assertThat(tracker.hasRoom(101)).isFalse();
    assertThat(delivery.bytes()).isEqualTo(900);
    assertThat(meter.counters().bytesIn()).isEqualTo(message.size());
    delivery.ack();
    assertThat(tracker.hasRoom(101)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 900, Integer.MAX_VALUE})
  void aDeliveryRemembersItsBytesWhenItIsSettledAndWhenItIsRepeated(int bytes) {
    DeliveryTracker<String> tracker = tracker(Qos.AT_LEAST_ONCE);
    TrackedDelivery<String> first =
        (TrackedDelivery<String>) tracker.deliver(1, message, bytes, null);

    first.nack(Nack.REQUEUE);
    TrackedDelivery<String> second = redeliveries.poll().again();

    assertThat(first.bytes()).isEqualTo(bytes);
    assertThat(second.bytes()).isEqualTo(bytes);
    assertThat(first.toString()).endsWith(", settled]");
    assertThat(second.toString()).doesNotContain("settled");
    second.ack();
    second.ack();
    assertThat(second.bytes()).isEqualTo(bytes);
    assertThat(events).containsExactly("REQUEUE 1", "acked 1");
  }

  @Test
  void aRequeuedDeliveryKeepsItsPlaceAndCountsUp() {
    DeliveryTracker<String> tracker = tracker(Qos.AT_LEAST_ONCE);
    Delivery first = tracker.deliver(7, message, message.size(), "tag 7");

    first.nack(Nack.REQUEUE);
    assertThat(window.unsettled()).isEqualTo(1);
    TrackedDelivery<String> second = redeliveries.poll().again();
    first.ack();
    assertThat(window.unsettled()).as("the first delivery is used up").isEqualTo(1);
    second.nack(Nack.REQUEUE);
    TrackedDelivery<String> third = redeliveries.poll().again();
    third.ack();

    assertThat(third.handle()).isEqualTo("tag 7");
    assertThat(first.message().attributes().get(Delivery.COUNT_ATTRIBUTE)).isNull();
    assertThat(second.message().attributes().get(Delivery.COUNT_ATTRIBUTE)).isEqualTo(2);
    assertThat(third.message().attributes().get(Delivery.COUNT_ATTRIBUTE)).isEqualTo(3);
    assertThat(third.message().payload()).isSameAs(message.payload());
    assertThat(window.settledPosition()).isEqualTo(7);
    assertThat(events).containsExactly("REQUEUE 7", "REQUEUE 7", "acked 7");
    assertThat(meter.counters().redelivered()).isEqualTo(2);
    assertThat(meter.counters().in()).isEqualTo(3);
  }

  @Test
  void aDiscardedDeliveryIsSettledByTheEndpoint() {
    DeliveryTracker<String> tracker = tracker(Qos.AT_LEAST_ONCE);

    tracker.deliver(7, message, message.size(), null).nack(Nack.DISCARD);

    assertThat(window.settledPosition()).isEqualTo(7);
    assertThat(events).containsExactly("DISCARD 7");
  }

  @ParameterizedTest
  @EnumSource(Nack.class)
  void lateSettlementsAreCountedAndIgnored(Nack how) {
    DeliveryTracker<String> tracker = tracker(Qos.AT_LEAST_ONCE);
    Delivery acked = tracker.deliver(1, message, message.size(), null);
    Delivery nacked = tracker.deliver(2, message, message.size(), null);
    window.close();

    acked.ack();
    acked.ack();
    nacked.nack(how);

    assertThat(events).isEmpty();
    assertThat(window.settledPosition()).isEqualTo(AcknowledgementWindow.NONE);
    assertThat(meter.counters().ignoredSettlements()).isEqualTo(2);
  }

  @Test
  void aNullNackIsAnErrorAndSettlesNothing() {
    Delivery delivery = tracker(Qos.AT_LEAST_ONCE).deliver(1, message, message.size(), null);

    assertThatThrownBy(() -> delivery.nack(null)).isInstanceOf(NullPointerException.class);

    assertThat(window.unsettled()).isEqualTo(1);
  }

  @Test
  void oneOfManyRacingSettlementsCounts() throws InterruptedException {
    for (int round = 0; round < 200; round++) {
      AtomicInteger settlements = new AtomicInteger();
      AcknowledgementWindow own = new AcknowledgementWindow(1, 1_000, () -> {});
      DeliveryTracker<String> tracker =
          new DeliveryTracker<>(
              "orders",
              Qos.AT_LEAST_ONCE,
              own,
              new Settlements<>() {
                @Override
                public boolean acked(TrackedDelivery<String> delivery) {
                  settlements.incrementAndGet();
                  return true;
                }

                @Override
                public void nacked(TrackedDelivery<String> delivery, Nack how) {
                  settlements.incrementAndGet();
                  delivery.settle();
                }
              },
              meter);
      Delivery delivery = tracker.deliver(round, message, message.size(), null);
      CountDownLatch begin = new CountDownLatch(1);
      Thread acks = settling(begin, delivery::ack);
      Thread nacks = settling(begin, () -> delivery.nack(Nack.DISCARD));
      begin.countDown();
      acks.join();
      nacks.join();

      assertThat(settlements).hasValue(1);
      assertThat(own.settledPosition()).isEqualTo(round);
    }
  }

  private static Thread settling(CountDownLatch begin, Runnable settlement) {
    Thread thread =
        new Thread(
            () -> {
              try {
                begin.await();
                settlement.run();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
    thread.start();
    return thread;
  }
}
