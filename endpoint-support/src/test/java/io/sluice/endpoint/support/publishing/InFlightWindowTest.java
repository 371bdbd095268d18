/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.publishing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.endpoint.support.testing.Seed;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class InFlightWindowTest {

  @Test
  void isBoundedInNumber() {
    InFlightWindow window = new InFlightWindow(2, 1_000);

    assertThat(window.tryAcquire(1)).isTrue();
    assertThat(window.tryAcquire(1)).isTrue();
    assertThat(window.tryAcquire(1)).isFalse();
    window.release(1);
    assertThat(window.tryAcquire(1)).isTrue();
    assertThat(window.inFlight()).isEqualTo(2);
  }

  @Test
  void isBoundedInBytes() {
    InFlightWindow window = new InFlightWindow(10, 1_000);

    assertThat(window.tryAcquire(600)).isTrue();
    assertThat(window.tryAcquire(401)).isFalse();
    assertThat(window.inFlight()).as("what was refused takes no place").isEqualTo(1);
    assertThat(window.tryAcquire(400)).isTrue();
    assertThat(window.inFlightBytes()).isEqualTo(1_000);
  }

  @Test
  void aMessageLargerThanTheBoundPassesAlone() {
    InFlightWindow window = new InFlightWindow(10, 1_000);

    assertThat(window.tryAcquire(5_000)).isTrue();
    assertThat(window.tryAcquire(1)).isFalse();
    window.release(5_000);
    assertThat(window.tryAcquire(1)).isTrue();
  }

  @Test
  void refusesBoundsThatBoundNothing() {
    assertThatThrownBy(() -> new InFlightWindow(0, 1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new InFlightWindow(1, 0)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void neverExceedsItsBoundsWhenManyThreadsTakePlaces() throws InterruptedException {
    SplittableRandom random = Seed.random(InFlightWindowTest.class);
    InFlightWindow window = new InFlightWindow(5, 500);
    AtomicInteger held = new AtomicInteger();
    AtomicLong heldBytes = new AtomicLong();
    AtomicInteger excesses = new AtomicInteger();
    AtomicInteger taken = new AtomicInteger();
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      SplittableRandom own = random.split();
      threads.add(
          new Thread(
              () -> {
                for (int n = 0; n < 20_000; n++) {
                  int size = own.nextInt(200);
                  if (window.tryAcquire(size)) {
                    taken.incrementAndGet();
                    if (held.incrementAndGet() > 5 || heldBytes.addAndGet(size) > 500) {
                      excesses.incrementAndGet();
                    }
                    heldBytes.addAndGet(-size);
                    held.decrementAndGet();
                    window.release(size);
                  }
                }
              }));
    }
    threads.forEach(Thread::start);
    for (Thread thread : threads) {
      thread.join();
    }

    assertThat(excesses).hasValue(0);
    assertThat(taken).hasPositiveValue();
    assertThat(window.inFlight()).isZero();
    assertThat(window.inFlightBytes()).isZero();
  }
}
