/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.concurrent;

import static io.sluice.endpoint.support.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WorkerShareTest {

  private static final int THREADS = 4;

  private final SharedWorkers workers =
      new SharedWorkers(
          EndpointThreads.of("mock", "shared", ContextClassLoader.of(WorkerShareTest.class)),
          2,
          THREADS,
          Duration.ofSeconds(5),
          Duration.ofMillis(50));
  private final List<String> troubles = new CopyOnWriteArrayList<>();
  private final WorkerShare share = workers.deliveryShare(troubles::add);
  private final CountDownLatch release = new CountDownLatch(1);

  @AfterEach
  void close() {
    release.countDown();
    workers.close();
  }

  @Test
  void whatBlocksTakesHalfOfTheThreadsAndNoDeadline() {
    AtomicInteger blocked = new AtomicInteger();
    for (int i = 0; i < 3 * THREADS; i++) {
      share.execute(
          () -> {
            blocked.incrementAndGet();
            awaitRelease();
          });
    }
    eventually().until(() -> blocked.get() == THREADS / 2);
    CountDownLatch others = new CountDownLatch(3);
    workers.deliveryShare(trouble -> {}).execute(others::countDown);
    workers.after(Duration.ofMillis(1), others::countDown);
    workers.execute(others::countDown);

    eventually().until(() -> others.getCount() == 0);
    assertThat(blocked).hasValue(THREADS / 2);
    release.countDown();

    eventually().until(() -> blocked.get() == 3 * THREADS);
  }

  @Test
  void tasksOfOnePlaceRunInOrder() {
    List<Integer> done = new CopyOnWriteArrayList<>();
    WorkerShare single =
        new SharedWorkers(
                EndpointThreads.of("mock", "one", ContextClassLoader.of(WorkerShareTest.class)),
                1,
                1,
                Duration.ofSeconds(5),
                Duration.ofSeconds(10))
            .deliveryShare(troubles::add);
    List<Integer> expected = IntStream.range(0, 1_000).boxed().toList();

    expected.forEach(number -> single.execute(() -> done.add(number)));

    eventually().until(() -> done.size() == 1_000);
    assertThat(done).isEqualTo(expected);
  }

  @Test
  void whoBlocksIsNamedUntilItReturns() {
    share.calling("the subscriber of client id 'a'").execute(this::awaitRelease);

    eventually().until(() -> !troubles.isEmpty());
    assertThat(troubles)
        .containsExactly(
            "the subscriber of client id 'a' has blocked a thread for long:"
                + " it must hand over what takes time");
    release.countDown();

    eventually().until(() -> troubles.size() == 2);
    assertThat(troubles.get(1)).isEmpty();
  }

  @Test
  void receiptsComeThoughAllDeliveriesWaitForThem() {
    WorkerShare receipts = workers.receiptShare(troubles::add);
    CountDownLatch receipt = new CountDownLatch(1);
    AtomicInteger done = new AtomicInteger();
    for (int i = 0; i < THREADS; i++) {
      share.execute(
          () -> {
            receipts.execute(receipt::countDown);
            await(receipt);
            done.incrementAndGet();
          });
    }

    eventually().until(() -> done.get() == THREADS);
  }

  @Test
  void aTaskThatThrowsGivesItsPlaceBack() {
    AtomicInteger done = new AtomicInteger();
    for (int i = 0; i < 10; i++) {
      share.execute(
          () -> {
            throw new IllegalStateException("a task's fault");
          });
      share.execute(done::incrementAndGet);
    }
    eventually().until(() -> done.get() == 10);
  }

  @Test
  void closingLetsWhatWaitsForAPlaceFinish() {
    AtomicInteger done = new AtomicInteger();
    for (int i = 0; i < 500; i++) {
      share.execute(done::incrementAndGet);
    }

    workers.close();

    assertThat(done).hasValue(500);
    assertThatThrownBy(() -> share.execute(() -> {}))
        .isInstanceOf(RejectedExecutionException.class);
    assertThat(workers.threadCount()).isZero();
  }

  private void awaitRelease() {
    await(release);
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
