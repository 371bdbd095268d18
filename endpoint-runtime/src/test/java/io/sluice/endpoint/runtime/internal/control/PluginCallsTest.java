/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.runtime.internal.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class PluginCallsTest {

  private final ControlThread control = new ControlThread();
  private final AtomicInteger threads = new AtomicInteger();
  private final AtomicInteger mostThreads = new AtomicInteger();
  private final CountDownLatch never = new CountDownLatch(1);
  private final PluginCalls calls =
      new PluginCalls(
          control,
          work -> {
            mostThreads.accumulateAndGet(threads.incrementAndGet(), Math::max);
            Runnable counted =
                () -> {
                  work.run();
                  threads.decrementAndGet();
                };
            Thread thread = new Thread(null, counted, "call", 0, false);
            thread.setDaemon(true);
            return thread;
          });

  @AfterEach
  void stop() {
    never.countDown();
    calls.close();
    control.close();
  }

  @Test
  void aThousandCallsTakeABoundedNumberOfThreads() throws Exception {
    CountDownLatch released = new CountDownLatch(1);
    List<CompletableFuture<Void>> starts = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      starts.add(
          calls.callStage(
              "start",
              null,
              Duration.ofSeconds(30),
              () -> {
                released.await();
                return CompletableFuture.completedStage(null);
              }));
    }
    await().until(() -> threads.get() == 32);
    released.countDown();

    for (CompletableFuture<Void> start : starts) {
      start.get(30, TimeUnit.SECONDS);
    }
    // A thread whose call is over may not be idle yet when the next one begins.
    assertThat(mostThreads.get()).isLessThanOrEqualTo(2 * 32);
  }

  @Test
  void callbacksThatBlockLeaveThreadsToOtherOwners() {
    PluginCalls other = calls.forOwner();
    AtomicInteger called = new AtomicInteger();
    for (int i = 0; i < 2_000; i++) {
      calls.callback(this::hang);
    }

    other.callback(called::incrementAndGet);

    await().untilAsserted(() -> assertThat(called).hasValue(1));
    assertThat(mostThreads.get()).isLessThanOrEqualTo(9);
  }

  @Test
  void callsThatHangGiveTheirPlacesUp() throws Exception {
    List<CompletableFuture<Void>> hanging = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      hanging.add(call(Duration.ofMillis(100), this::hang));
    }

    assertThat(call(Duration.ofSeconds(5), () -> {}).get(20, TimeUnit.SECONDS)).isNull();

    await().until(() -> hanging.stream().allMatch(CompletableFuture::isCompletedExceptionally));
  }

  @Test
  void aCallThatIsGivenUpBeforeItsTurnNeverRuns() throws Exception {
    List<CompletableFuture<Void>> hanging = new ArrayList<>();
    for (int i = 0; i < 32; i++) {
      hanging.add(call(Duration.ofMillis(500), this::hang));
    }
    AtomicInteger ran = new AtomicInteger();
    for (int i = 0; i < 1_000; i++) {
      call(Duration.ofSeconds(5), ran::incrementAndGet).cancel(false);
    }

    call(Duration.ofSeconds(5), () -> {}).get(20, TimeUnit.SECONDS);

    assertThat(ran).hasValue(0);
  }

  private CompletableFuture<Void> call(Duration limit, Runnable work) {
    return calls.call(
        "test",
        null,
        limit,
        () -> {
          work.run();
          return null;
        },
        late -> {});
  }

  /** As a plugin that ignores that it is interrupted. */
  private void hang() {
    while (never.getCount() > 0) {
      try {
        never.await();
      } catch (InterruptedException ignored) {
        // hangs on
      }
    }
  }
}
