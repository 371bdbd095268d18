/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.runtime.internal.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class SerialWorkTest {

  private final AtomicInteger depth = new AtomicInteger();
  private final AtomicInteger deepest = new AtomicInteger();
  private final AtomicInteger wanted = new AtomicInteger();
  private final AtomicInteger done = new AtomicInteger();
  private final SerialWork work = new SerialWork(this::work);

  private void work() {
    deepest.accumulateAndGet(depth.incrementAndGet(), Math::max);
    done.set(wanted.get());
    if (wanted.get() < 3) {
      wanted.incrementAndGet();
      work.run();
    }
    depth.decrementAndGet();
  }

  @Test
  void doesNotRecurse() {
    work.run();

    assertThat(done).hasValue(3);
    assertThat(deepest).hasValue(1);
  }

  @Test
  void noRequestIsMissedHoweverTheyRace() throws Exception {
    wanted.set(3);
    int threads = 4;
    int rounds = 50_000;
    CountDownLatch ended = new CountDownLatch(threads);
    for (int i = 0; i < threads; i++) {
      new Thread(
              () -> {
                for (int round = 0; round < rounds; round++) {
                  wanted.incrementAndGet();
                  work.run();
                }
                ended.countDown();
              })
          .start();
    }

    assertThat(ended.await(30, TimeUnit.SECONDS)).isTrue();
    assertThat(done).hasValue(3 + threads * rounds);
    assertThat(deepest).hasValue(1);
  }
}
