/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.endpoint.support.concurrent.SharedWorkers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DrainTest {

  private final SharedWorkers workers = SharedWorkers.of("test", DrainTest.class);

  @AfterEach
  void close() {
    workers.close();
  }

  @Test
  void whatIsDrainedIsNotWaitedFor() {
    assertThat(Drain.await(() -> true, Duration.ofHours(1), workers).toCompletableFuture())
        .isDone();
    assertThat(Drain.await(() -> false, Duration.ZERO, workers).toCompletableFuture()).isDone();
  }

  @Test
  void itEndsWhenDrained() throws Exception {
    AtomicBoolean drained = new AtomicBoolean();
    CompletableFuture<Void> over =
        Drain.await(drained::get, Duration.ofHours(1), workers).toCompletableFuture();
    assertThat(over).isNotDone();

    drained.set(true);

    over.get(20, TimeUnit.SECONDS);
  }

  @Test
  void itEndsWithTheTimeAlsoWhenTheLookFails() throws Exception {
    AtomicBoolean broken = new AtomicBoolean();
    CompletableFuture<Void> over =
        Drain.await(() -> fails(broken), Duration.ofMillis(100), workers).toCompletableFuture();

    broken.set(true);

    over.get(20, TimeUnit.SECONDS);
  }

  @Test
  void itEndsAtOnceWhenTheWorkersHaveEnded() {
    workers.close();

    assertThat(Drain.await(() -> false, Duration.ofHours(1), workers).toCompletableFuture())
        .isDone();
  }

  private static boolean fails(AtomicBoolean broken) {
    if (broken.get()) {
      throw new IllegalStateException("thrown on purpose");
    }
    return false;
  }

  @Test
  void itEndsWithTheTime() throws Exception {
    Drain.await(() -> false, Duration.ofMillis(50), workers)
        .toCompletableFuture()
        .get(20, TimeUnit.SECONDS);
  }
}
