/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.settlement;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Two threads at full speed on a tiny window, so that they meet within the few instructions between
 * looking and acting. No chance is involved but that of the scheduler.
 */
class AcknowledgementWindowTightRaceTest {

  private static final int COUNT = 300_000;

  private final ExecutorService pool = Executors.newCachedThreadPool();

  private volatile long opened = -1;
  private volatile long settling = -1;
  private volatile boolean called;

  @AfterEach
  void shutDown() {
    pool.shutdownNow();
  }

  @Test
  void theCallForRoomIsNeverLost() throws Exception {
    AcknowledgementWindow window = window(() -> called = true);

    Future<Void> settler =
        pool.submit(
            each(
                sequence -> {
                  spinUntil(() -> opened >= sequence);
                  window.settle(sequence);
                }));
    Future<Void> owner =
        pool.submit(
            each(
                sequence -> {
                  called = false;
                  while (!window.hasRoom(1)) {
                    spinUntil(() -> called);
                    called = false;
                  }
                  opened = window.open(sequence, 1);
                }));

    await(owner);
    await(settler);
    assertThat(window.settledPosition()).isEqualTo(COUNT - 1);
  }

  @Test
  void oneOfTwoSettlementsAtTheSameMomentCounts() throws Exception {
    AcknowledgementWindow window = window(() -> {});
    long[] counted = new long[2];

    Future<Void> rival =
        pool.submit(
            () -> {
              for (long last = -1; last < COUNT - 1; ) {
                long newest = opened;
                if (newest != last && window.settle(newest)) {
                  counted[0]++;
                }
                last = newest;
              }
              return null;
            });
    Future<Void> owner =
        pool.submit(
            each(
                sequence -> {
                  opened = window.open(sequence, 1);
                  if (window.settle(sequence)) {
                    counted[1]++;
                  }
                  spinUntil(window::isEmpty);
                }));

    await(owner);
    await(rival);
    assertThat(counted[0] + counted[1]).isEqualTo(COUNT);
    assertThat(window.settledPosition()).isEqualTo(COUNT - 1);
  }

  @Test
  void theSettledPositionIsNeverThatOfAnUnsettledDelivery() throws Exception {
    AcknowledgementWindow window = window(() -> {});

    Future<Void> owner =
        pool.submit(
            each(
                sequence -> {
                  window.open(sequence, 1);
                  for (int i = 0; i < 20; i++) {
                    Thread.onSpinWait(); // unsettled for long enough to be seen
                  }
                  settling = sequence;
                  window.settle(sequence);
                }));
    Future<Void> observer =
        pool.submit(
            () -> {
              long before = AcknowledgementWindow.NONE;
              while (before != COUNT - 1) {
                long position = window.settledPosition();
                assertThat(position <= settling).as("%s is settled", position).isTrue();
                assertThat(position >= before).as("%s after %s", position, before).isTrue();
                before = position;
              }
              return null;
            });

    await(owner);
    await(observer);
  }

  /** For one delivery, with a clock that costs nothing. */
  private static AcknowledgementWindow window(Runnable onRoom) {
    return new AcknowledgementWindow(1, 1_000, onRoom::run, () -> 0);
  }

  private interface Step {

    void take(long sequence);
  }

  private static Callable<Void> each(Step step) {
    return () -> {
      for (long sequence = 0; sequence < COUNT; sequence++) {
        step.take(sequence);
      }
      return null;
    };
  }

  private static void spinUntil(BooleanSupplier condition) {
    while (!condition.getAsBoolean()) {
      if (Thread.currentThread().isInterrupted()) {
        throw new CancellationException("waited in vain");
      }
      Thread.onSpinWait();
    }
  }

  private static void await(Future<Void> work) throws Exception {
    work.get(60, TimeUnit.SECONDS);
  }
}
