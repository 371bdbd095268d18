/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.concurrent;

import static io.sluice.endpoint.support.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.endpoint.support.testing.ManualExecutor;
import io.sluice.endpoint.support.testing.Seed;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class SerialTaskTest {

  private final ManualExecutor executor = new ManualExecutor();
  private final AtomicInteger slices = new AtomicInteger();
  private final AtomicInteger rejections = new AtomicInteger();

  private SerialTask task(SerialTask.Slice slice) {
    return new SerialTask(executor, slice, rejections::incrementAndGet);
  }

  private boolean countSlice() {
    slices.incrementAndGet();
    return false;
  }

  @Test
  void holdsSignalsUntilItStarts() {
    SerialTask task = task(this::countSlice);

    task.signal();
    task.signal();
    assertThat(executor.size()).isZero();
    task.start();
    executor.runAll();

    assertThat(slices).hasValue(1);
  }

  @Test
  void anIdleTaskTakesNoThreadBeforeItsFirstSignal() {
    SerialTask task = SerialTask.idle(executor, this::countSlice, rejections::incrementAndGet);
    assertThat(executor.size()).isZero();

    task.signal();
    executor.runAll();

    assertThat(slices).hasValue(1);
  }

  @Test
  void runsOnceForSignalsThatComeBeforeItRuns() {
    SerialTask task = task(this::countSlice);
    task.start();
    executor.runAll();

    task.signal();
    task.signal();

    assertThat(executor.size()).isEqualTo(1);
    executor.runAll();
    assertThat(slices).hasValue(2);
  }

  @Test
  void runsAgainForASignalThatComesWhileItRuns() {
    SerialTask[] task = new SerialTask[1];
    task[0] =
        task(
            () -> {
              if (slices.incrementAndGet() == 1) {
                task[0].signal();
              }
              return false;
            });

    task[0].start();
    executor.runAll();

    assertThat(slices).hasValue(2);
  }

  @Test
  void givesOthersTheirTurnBetweenSlices() {
    List<String> order = new ArrayList<>();
    SerialTask task =
        task(
            () -> {
              order.add("slice");
              return order.size() < 3;
            });
    task.start();
    executor.execute(() -> order.add("other"));

    executor.runAll();

    assertThat(order).containsExactly("slice", "other", "slice");
  }

  @Test
  void givesOthersTheirTurnUnderUnceasingSignals() {
    SerialTask[] task = new SerialTask[1];
    task[0] =
        task(
            () -> {
              slices.incrementAndGet();
              task[0].signal();
              return false;
            });
    task[0].start();

    executor.runOne();

    assertThat(slices.get()).isBetween(1, 100);
    assertThat(executor.size()).isEqualTo(1);
  }

  @Test
  void answersEverySignalOnceTheExecutorIsShutDown() {
    SerialTask task = task(this::countSlice);
    task.start();
    executor.runAll();
    executor.shutDown();

    task.signal();
    task.signal();

    assertThat(slices).hasValue(1);
    assertThat(rejections).hasValue(2);
  }

  @Test
  void answersASignalFromWithinARejectionSerially() {
    SerialTask[] task = new SerialTask[1];
    AtomicInteger depth = new AtomicInteger();
    AtomicInteger deepest = new AtomicInteger();
    task[0] =
        new SerialTask(
            executor,
            this::countSlice,
            () -> {
              deepest.accumulateAndGet(depth.incrementAndGet(), Math::max);
              if (rejections.incrementAndGet() == 1) {
                task[0].signal();
              }
              depth.decrementAndGet();
            });
    executor.shutDown();

    task[0].start();

    assertThat(rejections).hasValue(2);
    assertThat(deepest).hasValue(1);
  }

  @Test
  void losesNoSignalAndNeverOverlapsWhenManyThreadsSignal() {
    SplittableRandom random = Seed.random(SerialTaskTest.class);
    ExecutorService pool = Executors.newFixedThreadPool(4);
    try {
      for (int round = 0; round < 50; round++) {
        raceSignals(pool, random.split());
      }
    } finally {
      pool.shutdownNow();
    }
  }

  private void raceSignals(ExecutorService pool, SplittableRandom random) {
    AtomicLong produced = new AtomicLong();
    AtomicLong consumed = new AtomicLong();
    AtomicInteger running = new AtomicInteger();
    AtomicInteger overlaps = new AtomicInteger();
    int most = random.nextInt(1, 5);
    SerialTask task =
        new SerialTask(
            pool,
            () -> {
              if (running.incrementAndGet() != 1) {
                overlaps.incrementAndGet();
              }
              long seen = produced.get();
              consumed.set(Math.min(seen, consumed.get() + most));
              running.decrementAndGet();
              return consumed.get() < seen;
            },
            rejections::incrementAndGet);
    task.start();
    int threads = 3;
    int signals = random.nextInt(1, 2_000);
    for (int i = 0; i < threads; i++) {
      pool.execute(
          () -> {
            for (int n = 0; n < signals; n++) {
              produced.incrementAndGet();
              task.signal();
            }
          });
    }
    eventually().until(() -> consumed.get() == (long) threads * signals);
    assertThat(overlaps).hasValue(0);
    assertThat(rejections).hasValue(0);
  }
}
