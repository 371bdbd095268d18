/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.concurrent;

import static io.sluice.endpoint.support.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.time.Duration;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ReminderTest {

  private final SharedWorkers workers = SharedWorkers.of("test", ReminderTest.class);
  private final AtomicInteger runs = new AtomicInteger();

  @Test
  void theTaskRunsOnceHoweverOftenItIsAskedTo() {
    Reminder reminder = new Reminder(workers, Duration.ofMillis(100), runs::incrementAndGet);

    for (int i = 0; i < 10; i++) {
      reminder.set();
    }

    eventually().until(() -> runs.get() == 1);
    reminder.set();
    eventually().until(() -> runs.get() == 2);
    workers.close();
    assertThatCode(reminder::set).doesNotThrowAnyException();
    assertThat(runs).hasValue(2);
  }

  @Test
  void anIdlingThreadRunsItsTasksInOrder() {
    EndpointThreads threads =
        EndpointThreads.of("test", "orders", ContextClassLoader.of(ReminderTest.class));
    ThreadPoolExecutor executor = IdlingThread.of(threads, "connection");
    StringBuffer order = new StringBuffer();
    for (int i = 0; i < 10; i++) {
      int number = i;
      executor.execute(() -> order.append(number));
    }
    executor.execute(() -> order.append(Thread.currentThread().getName()));
    executor.shutdown();

    assertThat(threads.joinAll(Duration.ofSeconds(20))).isTrue();
    assertThat(order.toString()).startsWith("0123456789sluice-test-orders-connection");
    workers.close();
  }
}
