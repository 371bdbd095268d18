/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.settlement;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The owner runs through many segments, two settlers follow at full speed and settle what lies far
 * behind once more, and an observer reads the oldest end while its segments are retired and used
 * again.
 */
class AcknowledgementWindowSegmentRaceTest {

  private static final int COUNT = 200_000;
  private static final int SETTLERS = 2;

  private final ExecutorService pool = Executors.newCachedThreadPool();
  private final AtomicLongArray settling = new AtomicLongArray(new long[] {-1, -1});
  private final AtomicLong settled = new AtomicLong();

  private volatile long opened = -1;

  @AfterEach
  void shutDown() {
    pool.shutdownNow();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 8, 9, 16, 100, 1024})
  void eachDeliveryIsSettledOnceWhileSegmentsAreRecycled(int capacity) throws Exception {
    AcknowledgementWindow window =
        new AcknowledgementWindow(capacity, 10L * capacity, () -> {}, () -> 0);

    Future<Void> owner = pool.submit(() -> open(window));
    Future<Void> even = pool.submit(settle(window, 0));
    Future<Void> odd = pool.submit(settle(window, 1));
    Future<Void> observer = pool.submit(() -> observe(window));
    for (Future<Void> work : List.of(owner, even, odd, observer)) {
      work.get(60, TimeUnit.SECONDS);
    }

    assertThat(settled).as("settlements that counted").hasValue(COUNT);
    assertThat(window.settledPosition()).isEqualTo(COUNT - 1);
    assertThat(window.isEmpty()).isTrue();
    assertThat(window.segments()).isBetween(1, 2);
  }

  private Void open(AcknowledgementWindow window) {
    for (long sequence = 0; sequence < COUNT; sequence++) {
      spinUntil(() -> window.hasRoom(10));
      opened = window.open(sequence, 10);
    }
    return null;
  }

  /** Settles every second delivery, and after each one that was settled long ago. */
  private Callable<Void> settle(AcknowledgementWindow window, int settler) {
    return () -> {
      for (long i = settler; i < COUNT; i += SETTLERS) {
        long sequence = i;
        spinUntil(() -> opened >= sequence);
        settling.set(settler, sequence);
        if (window.settle(sequence)) {
          settled.incrementAndGet();
        }
        long stale = sequence - SETTLERS * (1 + sequence % 1_000);
        assertThat(window.settle(stale)).as("%s once more", stale).isFalse();
      }
      return null;
    };
  }

  private Void observe(AcknowledgementWindow window) {
    long before = AcknowledgementWindow.NONE;
    while (before != COUNT - 1) {
      long position = window.settledPosition();
      assertThat(position >= before).as("%s after %s", position, before).isTrue();
      assertThat(position <= settling.get(0) + 1 && position <= settling.get(1) + 1)
          .as("%s is settled", position)
          .isTrue();
      long oldest = window.oldestUnsettledPosition();
      assertThat(oldest == AcknowledgementWindow.NONE || oldest > position && oldest < COUNT)
          .as("%s is unsettled, up to %s all is settled", oldest, position)
          .isTrue();
      before = position;
      Thread.yield();
    }
    return null;
  }

  private static void spinUntil(BooleanSupplier condition) {
    while (!condition.getAsBoolean()) {
      if (Thread.currentThread().isInterrupted()) {
        throw new CancellationException("waited in vain");
      }
      Thread.yield(); // there are more threads than some machines have cores
    }
  }
}
