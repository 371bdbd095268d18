/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.settlement;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.endpoint.Delivery;
import io.sluice.endpoint.Nack;
import io.sluice.endpoint.Qos;
import io.sluice.endpoint.support.lifecycle.EndpointMeter;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class AcknowledgementPumpTest {

  /** Delivery tags begin with one. */
  private static final int FIRST = 1;

  /** More is told at once. */
  private static final int MUCH = 100;

  private final Queue<Runnable> tasks = new ArrayDeque<>();
  private final List<String> told = new ArrayList<>();

  @Test
  void whatIsSettledWithinAMomentIsToldTogether() {
    Queue<Runnable> moments = new ArrayDeque<>();
    Consumer consumer = new Consumer(tasks::add, moments::add, MUCH, recording());
    List<Delivery> deliveries = consumer.take(3);

    deliveries.subList(0, 2).forEach(Delivery::ack);
    runTasks();
    assertThat(told).isEmpty();
    assertThat(moments).hasSize(1);
    moments.remove().run();
    deliveries.get(2).ack();
    moments.remove().run();

    assertThat(told).containsExactly("ack up to 2", "ack 3");
  }

  @Test
  void muchIsToldBeforeTheMomentIsOver() {
    Queue<Runnable> moments = new ArrayDeque<>();
    Consumer consumer = new Consumer(tasks::add, moments::add, 4, recording());
    List<Delivery> deliveries = consumer.take(5);

    deliveries.subList(0, 4).forEach(Delivery::ack);
    runTasks();

    assertThat(told).containsExactly("ack up to 4");
    moments.remove().run();
    assertThat(told).as("once").hasSize(1);
  }

  @Test
  void whatIsSettledAfterTheEndOfTheExecutorDoesNotCount() {
    Executor ended =
        task -> {
          throw new RejectedExecutionException();
        };
    Consumer consumer = new Consumer(ended, ended, MUCH, recording());

    consumer.take(1).get(0).ack();
    consumer.pump.flush();

    assertThat(told).isEmpty();
  }

  @Test
  void whatIsSettledTogetherIsToldTogether() {
    Consumer consumer = new Consumer(tasks::add, recording());
    List<Delivery> deliveries = consumer.take(5);

    deliveries.get(0).ack();
    runTasks();
    deliveries.subList(1, 4).forEach(Delivery::ack);
    runTasks();

    assertThat(told).containsExactly("ack 1", "ack up to 4");
  }

  @Test
  void aGapHoldsBackWhatFollowsIt() {
    Consumer consumer = new Consumer(tasks::add, recording());
    List<Delivery> deliveries = consumer.take(3);

    deliveries.get(2).ack();
    deliveries.get(1).ack();
    runTasks();
    assertThat(told).isEmpty();
    deliveries.get(0).ack();
    runTasks();

    assertThat(told).containsExactly("ack up to 3");
  }

  @Test
  void whatIsDiscardedIsToldFirstAndNeverAcknowledged() {
    Consumer consumer = new Consumer(tasks::add, recording());
    List<Delivery> deliveries = consumer.take(5);

    deliveries.get(0).ack();
    deliveries.get(1).nack(Nack.DISCARD);
    deliveries.get(2).ack();
    deliveries.get(3).nack(Nack.DISCARD);
    runTasks();
    deliveries.get(4).nack(Nack.DISCARD);
    runTasks();

    assertThat(told).containsExactly("discard 2", "discard 4", "ack up to 3", "discard 5");
    assertThat(consumer.lane.isSettled()).isTrue();
  }

  @Test
  void whatIsSettledIsToldBeforeAConnectionCloses() {
    Consumer consumer = new Consumer(tasks::add, recording());
    List<Delivery> deliveries = consumer.take(3);
    deliveries.get(0).ack();
    deliveries.get(1).nack(Nack.DISCARD);
    deliveries.get(2).ack();

    consumer.pump.flush();

    assertThat(told).containsExactly("discard 2", "ack up to 3");
    runTasks();
    assertThat(told).as("once").hasSize(2);
  }

  @Test
  void aClosedPumpTellsNothing() {
    Consumer consumer = new Consumer(tasks::add, recording());
    List<Delivery> deliveries = consumer.take(2);
    deliveries.get(0).ack();
    deliveries.get(1).nack(Nack.DISCARD);

    consumer.pump.close();
    runTasks();

    assertThat(told).isEmpty();
  }

  /** The broker here refuses, as a real one, what it does not hold. */
  @Test
  @Timeout(60)
  void racingSettlementsAreAllToldOnce() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      for (int round = 0; round < 100; round++) {
        ExecutorService channel = Executors.newSingleThreadExecutor();
        StrictBroker broker = new StrictBroker(500);
        Consumer consumer = new Consumer(channel, broker);
        Queue<Delivery> unsettled = new ConcurrentLinkedQueue<>();
        AtomicBoolean all = new AtomicBoolean();
        List<Future<?>> settlers = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
          settlers.add(threads.submit(() -> settle(unsettled, all)));
        }
        while (consumer.taken < 500) {
          unsettled.addAll(consumer.take(1));
        }
        all.set(true);
        for (Future<?> settler : settlers) {
          settler.get();
        }
        channel.shutdown();
        assertThat(channel.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
        assertThat(broker.refused).isEmpty();
        assertThat(broker.unacknowledged).isEmpty();
      }
    } finally {
      threads.shutdownNow();
    }
  }

  private static Void settle(Queue<Delivery> unsettled, AtomicBoolean all) {
    int count = 0;
    while (true) {
      boolean last = all.get();
      Delivery next = unsettled.poll();
      if (next == null) {
        if (last) {
          return null;
        }
        Thread.onSpinWait();
      } else if (++count % 3 == 0) {
        next.nack(Nack.DISCARD);
      } else {
        next.ack();
      }
    }
  }

  private void runTasks() {
    for (Runnable next = tasks.poll(); next != null; next = tasks.poll()) {
      next.run();
    }
  }

  private AcknowledgementPump.Backend recording() {
    return new AcknowledgementPump.Backend() {
      @Override
      public void acknowledge(long position, boolean multiple) {
        told.add((multiple ? "ack up to " : "ack ") + position);
      }

      @Override
      public void discard(long position) {
        told.add("discard " + position);
      }
    };
  }

  /** A lane whose settlements go through a pump. */
  private static final class Consumer implements DeliveryLane.Listener<Long> {

    private final DeliveryLane<Long> lane;
    private final AcknowledgementPump pump;
    private long taken;

    Consumer(Executor executor, AcknowledgementPump.Backend backend) {
      this(executor, executor, MUCH, backend);
    }

    Consumer(Executor executor, Executor later, int much, AcknowledgementPump.Backend backend) {
      UnsettledLimits limits = new UnsettledLimits(1000, 100_000, Duration.ofMinutes(1));
      lane =
          new DeliveryLane<>(
              "orders",
              Qos.AT_LEAST_ONCE,
              limits,
              new UnsettledBudget(limits, () -> {}),
              new EndpointMeter(),
              DeliveryLaneTest.NUMBERS,
              this);
      pump = new AcknowledgementPump(executor, later, FIRST, much, lane::settledPosition, backend);
    }

    List<Delivery> take(int count) {
      List<Delivery> deliveries = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        lane.add(List.of(FIRST + taken++));
        deliveries.add(lane.poll());
      }
      return deliveries;
    }

    @Override
    public void ready() {}

    @Override
    public void advanced() {
      pump.advanced();
    }

    @Override
    public void discarded(TrackedDelivery<Long> delivery, Runnable done) {
      pump.discard(delivery.handle(), done);
    }
  }

  /** What a channel does about tags; one thread. */
  private static final class StrictBroker implements AcknowledgementPump.Backend {

    private final TreeSet<Long> unacknowledged = new TreeSet<>();
    private final List<String> refused = new ArrayList<>();

    StrictBroker(int messages) {
      for (long tag = FIRST; tag < FIRST + messages; tag++) {
        unacknowledged.add(tag);
      }
    }

    @Override
    public void acknowledge(long position, boolean multiple) {
      if (!unacknowledged.remove(position)) {
        refused.add("ack of " + position);
      }
      if (multiple) {
        unacknowledged.headSet(position).clear();
      }
    }

    @Override
    public void discard(long position) {
      if (!unacknowledged.remove(position)) {
        refused.add("discard of " + position);
      }
    }
  }
}
