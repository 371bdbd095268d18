/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.concurrent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BoundedWaitTest {

  private static final Duration LONG = Duration.ofHours(1);

  private final SharedWorkers workers = SharedWorkers.of("test", BoundedWaitTest.class);
  private final CompletableFuture<String> stage = new CompletableFuture<>();

  @AfterEach
  void close() {
    workers.close();
  }

  @Test
  void itEndsWithTheStage() {
    CompletableFuture<Boolean> wait = wait(LONG);
    assertThat(wait).isNotDone();

    stage.complete("x");

    assertThat(wait).isCompletedWithValue(true);
  }

  @Test
  void itFailsWithTheStage() {
    CompletableFuture<Boolean> wait = wait(LONG);

    stage.completeExceptionally(new IllegalStateException("broken"));

    assertThatThrownBy(wait::join).hasRootCauseMessage("broken");
  }

  @Test
  void itEndsWithTheTimeAndLeavesTheStageAlone() throws Exception {
    assertThat(wait(Duration.ofMillis(20)).get(20, TimeUnit.SECONDS)).isFalse();
    assertThat(stage).isNotDone();
  }

  private CompletableFuture<Boolean> wait(Duration time) {
    return BoundedWait.of(stage, time, workers).toCompletableFuture();
  }
}
