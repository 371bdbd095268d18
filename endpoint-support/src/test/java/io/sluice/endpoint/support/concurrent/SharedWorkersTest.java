/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.concurrent;

import static io.sluice.endpoint.support.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SharedWorkersTest {

  private final SharedWorkers workers = workers(Duration.ofSeconds(5));

  private static SharedWorkers workers(Duration grace) {
    EndpointThreads threads =
        EndpointThreads.of("mock", "shared", ContextClassLoader.of(SharedWorkersTest.class));
    return new SharedWorkers(threads, 4, 4, grace, Duration.ofSeconds(10));
  }

  @AfterEach
  void close() {
    workers.close();
  }

  @Test
  void hasNoThreadBeforeItHasWork() {
    assertThat(workers.threadCount()).isZero();
  }

  @Test
  void runsManyTasksOnFewNamedThreads() {
    Set<String> names = ConcurrentHashMap.newKeySet();
    AtomicInteger done = new AtomicInteger();

    for (int i = 0; i < 1_000; i++) {
      workers.execute(
          () -> {
            names.add(Thread.currentThread().getName());
            done.incrementAndGet();
          });
    }

    eventually().until(() -> done.get() == 1_000);
    assertThat(names).allMatch(name -> name.matches("sluice-mock-shared-worker-[1-4]"));
    assertThat(workers.threadCount()).isLessThanOrEqualTo(4);
  }

  @Test
  void aTaskThatThrowsCostsNoWorker() {
    AtomicInteger done = new AtomicInteger();
    for (int i = 0; i < 10; i++) {
      workers.execute(
          () -> {
            throw new IllegalStateException("a task's fault");
          });
      workers.execute(done::incrementAndGet);
    }
    eventually().until(() -> done.get() == 10);
  }

  @Test
  void runsADelayedTaskOnAWorker() {
    AtomicReference<String> thread = new AtomicReference<>();
    long begin = System.nanoTime();

    workers.after(Duration.ofMillis(30), () -> thread.set(Thread.currentThread().getName()));

    eventually().until(() -> thread.get() != null);
    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThan(Duration.ofMillis(29));
    assertThat(thread.get()).startsWith("sluice-mock-shared-worker-");
  }

  @Test
  void aCancelledDelayNeverRuns() {
    AtomicBoolean cancelledRan = new AtomicBoolean();
    AtomicBoolean laterRan = new AtomicBoolean();

    workers.after(Duration.ofMillis(50), () -> cancelledRan.set(true)).cancel(false);
    workers.after(Duration.ofMillis(100), () -> laterRan.set(true));

    eventually().untilTrue(laterRan);
    assertThat(cancelledRan).isFalse();
  }

  @Test
  void aPeriodicTaskNeverOverlapsItself() {
    AtomicInteger running = new AtomicInteger();
    AtomicInteger turns = new AtomicInteger();
    AtomicBoolean overlapped = new AtomicBoolean();
    CountDownLatch release = new CountDownLatch(1);

    Future<?> periodic =
        workers.every(
            Duration.ofMillis(2),
            () -> {
              if (running.incrementAndGet() > 1) {
                overlapped.set(true);
              }
              awaitQuietly(release);
              turns.incrementAndGet();
              running.decrementAndGet();
            });
    // Many periods pass while the first turn is held up.
    CountDownLatch periods = new CountDownLatch(1);
    workers.after(Duration.ofMillis(60), periods::countDown);
    awaitQuietly(periods);
    assertThat(turns).hasValue(0);
    release.countDown();

    eventually().until(() -> turns.get() > 5);
    periodic.cancel(false);
    assertThat(overlapped).isFalse();
  }

  @Test
  void aPeriodicTaskGoesOnAfterItThrew() {
    AtomicInteger turns = new AtomicInteger();

    Future<?> periodic =
        workers.every(
            Duration.ofMillis(2),
            () -> {
              turns.incrementAndGet();
              throw new IllegalStateException("a turn's fault");
            });

    eventually().until(() -> turns.get() > 3);
    periodic.cancel(false);
  }

  @Test
  void closeLetsQueuedTasksFinishAndEndsEveryThread() {
    AtomicInteger done = new AtomicInteger();
    for (int i = 0; i < 500; i++) {
      workers.execute(done::incrementAndGet);
    }
    workers.after(Duration.ofHours(1), done::incrementAndGet);

    workers.close();

    assertThat(done).hasValue(500);
    assertThat(workers.threadCount()).isZero();
  }

  @Test
  void refusesTasksOnceClosed() {
    workers.close();

    assertThatThrownBy(() -> workers.execute(() -> {}))
        .isInstanceOf(RejectedExecutionException.class);
    assertThatThrownBy(() -> workers.after(Duration.ZERO, () -> {}))
        .isInstanceOf(RejectedExecutionException.class);
    assertThatThrownBy(() -> workers.every(Duration.ofSeconds(1), () -> {}))
        .isInstanceOf(RejectedExecutionException.class);
  }

  @Test
  void closeInterruptsATaskThatDoesNotEnd() {
    SharedWorkers impatient = workers(Duration.ofMillis(100));
    AtomicBoolean interrupted = new AtomicBoolean();
    CountDownLatch never = new CountDownLatch(1);
    impatient.execute(() -> interrupted.set(!awaitQuietly(never)));

    impatient.close();

    assertThat(interrupted).isTrue();
    assertThat(impatient.threadCount()).isZero();
  }

  @Test
  void mayBeClosedByManyThreadsAndByAWorker() throws InterruptedException {
    CountDownLatch closed = new CountDownLatch(3);
    for (int i = 0; i < 2; i++) {
      new Thread(
              () -> {
                workers.close();
                closed.countDown();
              })
          .start();
    }
    try {
      workers.execute(
          () -> {
            workers.close();
            closed.countDown();
          });
    } catch (RejectedExecutionException e) {
      closed.countDown(); // one of the others was first
    }
    workers.close();

    assertThat(closed.await(20, TimeUnit.SECONDS)).isTrue();
    eventually().until(() -> workers.threadCount() == 0);
  }

  /** False when interrupted. */
  private static boolean awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
      return true;
    } catch (InterruptedException e) {
      return false;
    }
  }
}
