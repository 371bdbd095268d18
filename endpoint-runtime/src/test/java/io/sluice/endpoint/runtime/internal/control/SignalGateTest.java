/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.runtime.internal.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class SignalGateTest {

  private final SignalGate gate = new SignalGate();
  private final List<String> ran = new ArrayList<>();

  @Test
  void letsSignalsPassUntilItIsShut() {
    assertThat(gate.enter()).isTrue();
    gate.leave();
    gate.shut();
    assertThat(gate.enter()).isFalse();
    assertThat(gate.isQuiet()).isTrue();
  }

  @Test
  void theSuccessorRunsAtOnceWhenNobodyIsInside() {
    gate.shut(() -> ran.add("a"));
    gate.shut(() -> ran.add("b"));
    assertThat(ran).containsExactly("a", "b");
  }

  @Test
  void theSuccessorWaitsForTheSignalInside() {
    gate.enter();
    gate.shut(() -> ran.add("a"));
    gate.shut(() -> ran.add("b"));
    assertThat(ran).isEmpty();
    assertThat(gate.enter()).isFalse();
    assertThat(ran).isEmpty();
    gate.leave();
    assertThat(ran).containsExactly("a", "b");
  }

  @Test
  void aSignalMayComeWithinASignal() {
    gate.enter();
    gate.enter();
    gate.shut(() -> ran.add("a"));
    gate.leave();
    assertThat(ran).isEmpty();
    gate.leave();
    assertThat(ran).containsExactly("a");
  }

  @Test
  void noSignalPassesTogetherWithTheSuccessor() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      for (int round = 0; round < 3000; round++) {
        SignalGate raced = new SignalGate();
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger overlaps = new AtomicInteger();
        CountDownLatch done = new CountDownLatch(2);
        threads.execute(
            () -> {
              for (int i = 0; i < 20; i++) {
                if (raced.enter()) {
                  inside.incrementAndGet();
                  inside.decrementAndGet();
                  raced.leave();
                }
              }
              done.countDown();
            });
        threads.execute(
            () ->
                raced.shut(
                    () -> {
                      overlaps.addAndGet(inside.get());
                      done.countDown();
                    }));
        assertThat(done.await(10, TimeUnit.SECONDS)).as("the successor ran").isTrue();
        assertThat(overlaps).hasValue(0);
      }
    } finally {
      threads.shutdownNow();
    }
  }
}
