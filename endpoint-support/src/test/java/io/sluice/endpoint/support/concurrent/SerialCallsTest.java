/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.concurrent;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class SerialCallsTest {

  private final SerialCalls calls = new SerialCalls("Endpoint 'orders'");
  private final List<String> made = new ArrayList<>();

  @Test
  void callsAreMadeInTheirOrder() {
    calls.add(() -> made.add("a"));
    calls.add(() -> made.add("b"));
    assertThat(made).isEmpty();

    calls.make();

    assertThat(made).containsExactly("a", "b");
  }

  @Test
  void aCallThatThrowsKeepsNoOtherBack() {
    calls.add(
        () -> {
          throw new NoClassDefFoundError("thrown on purpose");
        });
    calls.add(() -> made.add("b"));

    calls.make();
    calls.add(() -> made.add("c"));
    calls.make();

    assertThat(made).containsExactly("b", "c");
  }

  @Test
  void aCallWithinACallIsMadeAfterIt() {
    calls.add(
        () -> {
          calls.add(() -> made.add("inner"));
          calls.make();
          made.add("outer");
        });

    calls.make();

    assertThat(made).containsExactly("outer", "inner");
  }

  @Test
  void manyThreadsLeaveNoCallBehindAndMakeOneAtATime() throws InterruptedException {
    int count = 20_000;
    AtomicInteger number = new AtomicInteger();
    AtomicInteger running = new AtomicInteger();
    AtomicBoolean overlapped = new AtomicBoolean();
    Runnable call =
        () -> {
          if (running.incrementAndGet() != 1) {
            overlapped.set(true);
          }
          number.incrementAndGet();
          running.decrementAndGet();
        };
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      threads.add(
          new Thread(
              () -> {
                for (int each = 0; each < count; each++) {
                  calls.add(call);
                  calls.make();
                }
              }));
    }
    threads.forEach(Thread::start);
    for (Thread thread : threads) {
      thread.join();
    }

    assertThat(number).hasValue(4 * count);
    assertThat(overlapped).isFalse();
  }
}
