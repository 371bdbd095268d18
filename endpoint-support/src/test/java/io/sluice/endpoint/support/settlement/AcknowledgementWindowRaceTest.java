/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.settlement;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.endpoint.support.testing.Seed;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;

/**
 * One owner opens while many threads settle in random order, repeatedly and stale. The owner sleeps
 * on a full window until it is called, so that one lost call hangs the test.
 */
class AcknowledgementWindowRaceTest {

  private static final int SETTLERS = 4;
  private static final long DONE = -1;

  private final Semaphore called = new Semaphore(0);

  @Test
  void holdsWhatItPromisesUnderRandomSettlement() throws Exception {
    SplittableRandom random = Seed.random(AcknowledgementWindowRaceTest.class);
    ExecutorService pool = Executors.newCachedThreadPool();
    try {
      for (int round = 0; round < 25; round++) {
        race(pool, random.nextInt(1, 70), random.nextInt(1, 4_000), random.split());
      }
    } finally {
      pool.shutdownNow();
    }
  }

  private void race(ExecutorService pool, int capacity, int count, SplittableRandom random)
      throws Exception {
    called.drainPermits();
    long bytes = random.nextInt(1, 2_000);
    AcknowledgementWindow window = new AcknowledgementWindow(capacity, bytes, called::release);
    BlockingQueue<Long> opened = new LinkedBlockingQueue<>();
    AtomicIntegerArray handedIn = new AtomicIntegerArray(count);
    AtomicInteger settled = new AtomicInteger();

    List<Future<?>> workers = new ArrayList<>();
    for (int i = 0; i < SETTLERS; i++) {
      SplittableRandom own = random.split();
      workers.add(pool.submit(() -> settle(window, opened, handedIn, settled, own)));
    }
    workers.add(pool.submit(() -> observe(window, handedIn, count)));
    workers.add(pool.submit(open(window, opened, count, random.split())));
    for (Future<?> worker : workers) {
      worker.get(60, TimeUnit.SECONDS);
    }

    assertThat(settled).as("settlements that counted").hasValue(count);
    assertThat(window.settledPosition()).isEqualTo(positionOf(count - 1));
    assertThat(window.isEmpty()).isTrue();
    assertThat(window.unsettled()).isZero();
  }

  private Callable<Void> open(
      AcknowledgementWindow window,
      BlockingQueue<Long> opened,
      int count,
      SplittableRandom random) {
    return () -> {
      for (int i = 0; i < count; i++) {
        int size = random.nextInt(300);
        while (!window.hasRoom(size)) {
          assertThat(called.tryAcquire(20, TimeUnit.SECONDS)).as("called for room").isTrue();
        }
        assertThat(window.open(positionOf(i), size)).isEqualTo(i);
        opened.add((long) i);
      }
      for (int i = 0; i < SETTLERS; i++) {
        opened.add(DONE);
      }
      return null;
    };
  }

  /** Collects a few deliveries, settles them in random order, some of them repeatedly. */
  private static Void settle(
      AcknowledgementWindow window,
      BlockingQueue<Long> opened,
      AtomicIntegerArray handedIn,
      AtomicInteger settled,
      SplittableRandom random)
      throws InterruptedException {
    List<Long> hand = new ArrayList<>();
    boolean done = false;
    while (!done || !hand.isEmpty()) {
      Long next = done ? null : hand.isEmpty() ? opened.take() : opened.poll();
      if (next != null && next == DONE) {
        done = true;
      } else if (next != null) {
        hand.add(next);
      }
      if (!hand.isEmpty() && (next == null || done || random.nextInt(4) == 0)) {
        long sequence = hand.remove(random.nextInt(hand.size()));
        handedIn.set((int) sequence, 1);
        if (window.settle(sequence)) {
          settled.incrementAndGet();
        }
        long stale = sequence - random.nextInt(200);
        if (stale >= 0 && handedIn.get((int) stale) == 1 && window.settle(stale)) {
          settled.incrementAndGet(); // its settler had only announced it so far
        }
      }
    }
    return null;
  }

  /** The settled position never goes back, and all below it were handed in. */
  private static Void observe(
      AcknowledgementWindow window, AtomicIntegerArray handedIn, int count) {
    long before = AcknowledgementWindow.NONE;
    int checked = 0;
    while (before != positionOf(count - 1)) {
      long position = window.settledPosition();
      assertThat(position).isGreaterThanOrEqualTo(before);
      for (; checked < count && positionOf(checked) <= position; checked++) {
        assertThat(handedIn.get(checked)).as("delivery %s was settled", checked).isEqualTo(1);
      }
      long oldest = window.oldestUnsettledPosition();
      assertThat(oldest == AcknowledgementWindow.NONE || oldest > position).isTrue();
      assertThat(window.unsettled()).isNotNegative();
      before = position;
    }
    return null;
  }

  /** With gaps, as after compaction. */
  private static long positionOf(long sequence) {
    return 1_000 + 3 * sequence;
  }
}
