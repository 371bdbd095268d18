/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.settlement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.endpoint.Delivery;
import io.sluice.endpoint.EndpointException;
import io.sluice.endpoint.ErrorCode;
import io.sluice.endpoint.Message;
import io.sluice.endpoint.Nack;
import io.sluice.endpoint.Qos;
import io.sluice.endpoint.support.lifecycle.EndpointMeter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Records are numbers, which are their positions; each takes ten bytes. */
class DeliveryLaneTest {

  /** Records that are numbers: their own positions and texts. */
  static final DeliveryLane.Reader<Long> NUMBERS =
      new DeliveryLane.Reader<>() {
        @Override
        public Message message(Long record) {
          return Message.of(record.toString());
        }

        @Override
        public int bytes(Long record) {
          return 10;
        }

        @Override
        public long position(Long record) {
          return record;
        }
      };

  private final EndpointMeter meter = new EndpointMeter();
  private final UnsettledBudget budget = new UnsettledBudget(5, 1_000, () -> {});
  private final List<String> events = new ArrayList<>();
  private final List<Runnable> discards = new ArrayList<>();
  private Runnable whenSettling = () -> {};
  private boolean acksCount = true;
  private RuntimeException ackFailure;

  @ParameterizedTest
  @EnumSource(
      value = Qos.class,
      names = {"AUTO", "AT_MOST_ONCE", "AT_LEAST_ONCE"})
  void everySettlementReachesTheEndpoint(Qos qos) {
    DeliveryLane<Long> lane = lane(qos, 5);
    add(lane, 0, 2);

    settleAll(lane);

    assertThat(events).containsExactly("acked 0", "acked 1");
    assertThat(lane.settledPosition()).isEqualTo(1);
    assertThat(lane.isEmpty()).isTrue();
    assertThat(budget.count()).isZero();
  }

  @Test
  void withoutQosNothingIsSettled() {
    DeliveryLane<Long> lane = lane(Qos.NONE, 1);
    add(lane, 0, 3);

    settleAll(lane);

    assertThat(events).isEmpty();
    assertThat(lane.takenPosition()).isEqualTo(2);
    assertThat(lane.settledPosition()).isEqualTo(AcknowledgementWindow.NONE);
  }

  @Test
  void whatWaitsIsCounted() {
    DeliveryLane<Long> lane = lane(Qos.AT_LEAST_ONCE, 5);
    add(lane, 0, 3);
    assertThat(lane.waiting()).isEqualTo(3);
    assertThat(lane.waitingBytes()).isEqualTo(30);
    assertThat(lane.isBetweenBatches()).isTrue();

    lane.poll();

    assertThat(lane.waiting()).isEqualTo(2);
    assertThat(lane.isBetweenBatches()).isFalse();
    assertThat(lane.takeWaiting()).containsExactly(1L, 2L);
    assertThat(lane.waiting()).isZero();
    assertThat(lane.waitingBytes()).isZero();
    assertThat(lane.isEmpty()).as("one is unsettled").isFalse();
  }

  @Test
  void theWindowOfALaneAndTheBudgetOfAllBoundWhatIsUnsettled() {
    DeliveryLane<Long> narrow = lane(Qos.AT_LEAST_ONCE, 2);
    DeliveryLane<Long> wide = lane(Qos.AT_LEAST_ONCE, 10);
    add(narrow, 0, 10);
    add(wide, 0, 10);

    assertThat(deliverAll(narrow)).hasSize(2);
    List<Delivery> rest = deliverAll(wide);
    assertThat(rest).as("of five in all").hasSize(3);
    rest.get(0).ack();
    assertThat(deliverAll(wide)).hasSize(1);
    narrow.close();
    assertThat(deliverAll(wide)).as("the share of the lane that was closed").hasSize(2);
  }

  @Test
  void whatIsNackedComesAgainBeforeWhatWaits() {
    DeliveryLane<Long> lane = lane(Qos.AT_LEAST_ONCE, 5);
    add(lane, 0, 3);
    Delivery first = lane.poll();
    Delivery second = lane.poll();

    second.nack(Nack.REQUEUE);
    first.nack(Nack.REQUEUE);

    assertThat(deliverAll(lane))
        .extracting(delivery -> delivery.message().text())
        .containsExactly("0", "1", "2");
    assertThat(events).containsExactly("ready", "ready");
    assertThat(meter.counters().redelivered()).isEqualTo(2);
  }

  @Test
  void whatIsDiscardedKeepsItsPlaceUntilItIsDealtWith() {
    DeliveryLane<Long> lane = lane(Qos.AT_LEAST_ONCE, 5);
    add(lane, 7, 1);

    lane.poll().nack(Nack.DISCARD);

    assertThat(events).containsExactly("discarded 7");
    assertThat(lane.settledPosition()).isEqualTo(AcknowledgementWindow.NONE);
    assertThat(budget.count()).isOne();
    discards.get(0).run();
    assertThat(lane.settledPosition()).isEqualTo(7);
    assertThat(budget.count()).isZero();
    assertThat(meter.counters().failed()).isOne();
  }

  @Test
  void whatWasNackedCanBeTakenBackAndSettled() {
    DeliveryLane<Long> lane = lane(Qos.AT_LEAST_ONCE, 5);
    add(lane, 0, 2);
    deliverAll(lane).forEach(delivery -> delivery.nack(Nack.REQUEUE));
    assertThat(lane.isSettled()).as("refused messages apart").isTrue();

    List<TrackedDelivery<Long>> taken = lane.takeRedeliveries();

    assertThat(taken).extracting(TrackedDelivery::handle).containsExactly(0L, 1L);
    taken.forEach(TrackedDelivery::settle);
    assertThat(lane.isEmpty()).isTrue();
    assertThat(lane.poll()).isNull();
  }

  @Test
  void theErrorComesBehindTheRecords() {
    DeliveryLane<Long> lane = lane(Qos.AT_LEAST_ONCE, 5);
    EndpointException error = new EndpointException(ErrorCode.MESSAGE_INVALID, "corrupt");
    add(lane, 0, 1);

    lane.endWith(error);

    assertThat(lane.isEnded()).isTrue();
    assertThat(lane.poll().message().text()).isEqualTo("0");
    assertThatThrownBy(lane::poll).isSameAs(error);
  }

  @Test
  void aRevokedLaneDeliversNothingAndItsDeliveriesCanBeSettled() {
    DeliveryLane<Long> lane = lane(Qos.AT_LEAST_ONCE, 5);
    add(lane, 0, 2);
    Delivery delivered = lane.poll();

    lane.revoke();

    assertThat(lane.poll()).isNull();
    assertThat(lane.isSettled()).isFalse();
    delivered.ack();
    assertThat(lane.isSettled()).isTrue();
    assertThat(lane.settledPosition()).isZero();
  }

  /** What was revoked may be given away once it is settled: by then its position must count. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aLaneIsSettledWhenItsPositionSaysSo(boolean discarded) {
    DeliveryLane<Long> lane = lane(Qos.AT_LEAST_ONCE, 5);
    List<String> seen = new ArrayList<>();
    whenSettling = () -> seen.add(lane.isSettled() + " at " + lane.settledPosition());
    add(lane, 0, 1);
    Delivery last = lane.poll();

    if (discarded) {
      last.nack(Nack.DISCARD);
      discards.get(0).run();
    } else {
      last.ack();
    }

    assertThat(seen).isNotEmpty().doesNotContain("true at " + AcknowledgementWindow.NONE);
    assertThat(lane.isSettled()).isTrue();
  }

  @Test
  void settlingAClosedLaneHasNoEffect() {
    DeliveryLane<Long> lane = lane(Qos.AT_LEAST_ONCE, 5);
    add(lane, 0, 2);
    List<Delivery> delivered = deliverAll(lane);

    lane.close();
    lane.close();
    delivered.get(0).ack();
    delivered.get(1).nack(Nack.DISCARD);

    assertThat(events).isEmpty();
    assertThat(lane.isClosed()).isTrue();
    assertThat(lane.unsettled()).isZero();
    assertThat(budget.count()).isZero();
    assertThat(meter.counters().ignoredSettlements()).isEqualTo(2);
  }

  @Test
  void whatIsUnsettledForLongIsNamed() {
    DeliveryLane<Long> lane = lane(Qos.AT_LEAST_ONCE, 5);
    add(lane, 3, 2);
    assertThat(lane.unsettledFor(Duration.ZERO)).isEmpty();

    deliverAll(lane);

    assertThat(lane.unsettledFor(Duration.ZERO)).hasValue(3);
    assertThat(lane.unsettledFor(Duration.ofHours(1))).isEmpty();
  }

  @Test
  void whatAConsumerDidNotTakeCanBeGivenBack() {
    DeliveryLane<Long> lane = lane(Qos.AUTO, 1);
    add(lane, 4, 1);
    lane.poll();

    assertThat(lane.isSettled()).isFalse();
    assertThat(lane.takeRefused().handle()).isEqualTo(4L);
    assertThat(events).isEmpty();
    assertThat(lane.isSettled()).as("nothing can settle it any more").isTrue();
  }

  @Test
  void whatWasGivenBackIsNotDeliveredAtMostOnce() {
    acksCount = false;
    DeliveryLane<Long> lane = lane(Qos.AT_MOST_ONCE, 1);
    add(lane, 0, 1);

    assertThat(lane.poll()).isNull();

    assertThat(lane.waiting()).isZero();
    assertThat(lane.isEmpty()).isTrue();
    assertThat(meter.counters().in()).isZero();
  }

  @Test
  void whatCouldNotBeSettledIsNotDeliveredAtMostOnce() {
    ackFailure = new IllegalStateException("channel closed");
    DeliveryLane<Long> lane = lane(Qos.AT_MOST_ONCE, 1);
    add(lane, 0, 1);

    assertThat(lane.poll()).isNull();
  }

  @Test
  void anAckThatFailsFreesItsPlace() {
    ackFailure = new IllegalStateException("channel closed");
    DeliveryLane<Long> lane = lane(Qos.AT_LEAST_ONCE, 1);
    add(lane, 0, 2);

    lane.poll().ack();

    assertThat(lane.settledPosition()).isZero();
    assertThat(lane.poll()).isNotNull();
    assertThat(meter.counters().ignoredSettlements()).isOne();
  }

  @Test
  void whatIsNackedAgainAndAgainKeepsNothingBack() {
    DeliveryLane<Long> lane = lane(Qos.AT_LEAST_ONCE, 5);
    add(lane, 0, 2);
    int nacked = 0;
    for (Delivery next = lane.poll(); next.message().text().equals("0"); next = lane.poll()) {
      next.nack(Nack.REQUEUE);
      assertThat(++nacked).isLessThan(100);
      if (nacked > 1) {
        assertThat(lane.isBetweenBatches()).as("other lanes have their turn").isTrue();
      }
    }

    assertThat(nacked).isGreaterThan(2);
    assertThat(lane.poll().message().text()).as("nothing else waits").isEqualTo("0");
  }

  @Test
  void aRecordThatCannotBeReadLeavesAllAsItIs() {
    DeliveryLane<Long> lane =
        new DeliveryLane<>(
            "orders",
            Qos.AT_LEAST_ONCE,
            limits(5, 1_000),
            budget,
            meter,
            new Unreadable(),
            listener());
    add(lane, 7, 1);

    assertThatThrownBy(lane::poll).hasMessage("garbled");

    assertThat(lane.takenPosition()).isEqualTo(AcknowledgementWindow.NONE);
    assertThat(lane.unsettled()).isZero();
    assertThat(lane.waiting()).isOne();
  }

  /** One thread feeds, one takes, two settle in any way, and one closes at any time. */
  @Test
  @Timeout(60)
  void racingThreadsLoseNothingThatIsNotSettled() throws InterruptedException {
    for (int round = 0; round < 300; round++) {
      ConcurrentLinkedQueue<Delivery> unsettled = new ConcurrentLinkedQueue<>();
      Set<Long> settled = java.util.concurrent.ConcurrentHashMap.newKeySet();
      UnsettledBudget shared = new UnsettledBudget(64, 100_000, () -> {});
      DeliveryLane<Long> lane =
          new DeliveryLane<>(
              "orders",
              Qos.AT_LEAST_ONCE,
              limits(32, 100_000),
              shared,
              meter,
              NUMBERS,
              settling(settled));
      CountDownLatch begin = new CountDownLatch(1);
      List<Thread> threads = new ArrayList<>();
      threads.add(thread(begin, () -> feed(lane, 200)));
      threads.add(thread(begin, () -> take(lane, unsettled)));
      threads.add(thread(begin, () -> settle(lane, unsettled)));
      threads.add(thread(begin, () -> settle(lane, unsettled)));
      begin.countDown();
      if (round % 2 == 0) {
        Thread.yield();
        lane.revoke();
        lane.close();
      }
      for (Thread thread : threads) {
        thread.join();
      }
      long position = lane.settledPosition();
      LongStream.rangeClosed(0, position)
          .forEach(number -> assertThat(settled).as("settled to %d", position).contains(number));
      if (round % 2 != 0) {
        assertThat(position).isEqualTo(199);
        assertThat(lane.isEmpty()).isTrue();
      }
      assertThat(shared.count()).isZero();
      assertThat(new HashSet<>(settled)).hasSizeLessThanOrEqualTo(200);
    }
  }

  private static void feed(DeliveryLane<Long> lane, int count) {
    for (long i = 0; i < count; i += 4) {
      lane.add(List.of(i, i + 1, i + 2, i + 3));
    }
  }

  private static void take(DeliveryLane<Long> lane, ConcurrentLinkedQueue<Delivery> unsettled) {
    while (!lane.isClosed() && lane.settledPosition() < 199) {
      Delivery next = lane.poll();
      if (next != null) {
        unsettled.add(next);
        lane.delivered();
      }
    }
  }

  private static void settle(DeliveryLane<Long> lane, ConcurrentLinkedQueue<Delivery> unsettled) {
    while (!lane.isClosed() && lane.settledPosition() < 199) {
      Delivery next = unsettled.poll();
      if (next != null) {
        switch (ThreadLocalRandom.current().nextInt(3)) {
          case 0 -> next.nack(Nack.REQUEUE);
          case 1 -> next.nack(Nack.DISCARD);
          default -> next.ack();
        }
      }
    }
  }

  private static DeliveryLane.Listener<Long> settling(Set<Long> settled) {
    return new DeliveryLane.Listener<>() {
      @Override
      public void ready() {}

      @Override
      public boolean acked(TrackedDelivery<Long> delivery) {
        settled.add(delivery.handle());
        return true;
      }

      @Override
      public void discarded(TrackedDelivery<Long> delivery, Runnable done) {
        settled.add(delivery.handle());
        done.run();
      }
    };
  }

  private static Thread thread(CountDownLatch begin, Runnable work) {
    Thread thread =
        new Thread(
            () -> {
              try {
                begin.await();
                work.run();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
    thread.start();
    return thread;
  }

  private static void add(DeliveryLane<Long> lane, long first, int count) {
    lane.add(LongStream.range(first, first + count).boxed().toList());
  }

  private static List<Delivery> deliverAll(DeliveryLane<Long> lane) {
    List<Delivery> deliveries = new ArrayList<>();
    for (Delivery next = lane.poll(); next != null; next = lane.poll()) {
      lane.delivered();
      deliveries.add(next);
    }
    return deliveries;
  }

  private static void settleAll(DeliveryLane<Long> lane) {
    deliverAll(lane).forEach(Delivery::ack);
  }

  private DeliveryLane<Long> lane(Qos qos, int maxUnsettled) {
    return new DeliveryLane<>(
        "orders", qos, limits(maxUnsettled, 1_000), budget, meter, NUMBERS, listener());
  }

  private static UnsettledLimits limits(int messages, long bytes) {
    return new UnsettledLimits(messages, bytes, Duration.ofMinutes(1));
  }

  private DeliveryLane.Listener<Long> listener() {
    return new DeliveryLane.Listener<>() {
      @Override
      public void ready() {
        events.add("ready");
      }

      @Override
      public boolean acked(TrackedDelivery<Long> delivery) {
        events.add("acked " + delivery.position());
        whenSettling.run();
        if (ackFailure != null) {
          throw ackFailure;
        }
        return acksCount;
      }

      @Override
      public void advanced() {
        whenSettling.run();
      }

      @Override
      public void discarded(TrackedDelivery<Long> delivery, Runnable done) {
        events.add("discarded " + delivery.position());
        discards.add(done);
      }
    };
  }

  private static final class Unreadable implements DeliveryLane.Reader<Long> {

    @Override
    public Message message(Long number) {
      throw new IllegalStateException("garbled");
    }

    @Override
    public int bytes(Long number) {
      return 10;
    }

    @Override
    public long position(Long number) {
      return number;
    }
  }
}
