/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.mock.internal;

import io.sluice.endpoint.support.concurrent.SharedWorkers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.function.BooleanSupplier;

/** Waits until nothing is unsettled or in flight, or until the drain time is over. */
final class MockDrain {

  private static final Duration LOOK = Duration.ofMillis(10);

  private final BooleanSupplier drained;
  private final long deadlineNanos;
  private final CompletableFuture<Void> over = new CompletableFuture<>();
  private volatile Future<?> looking;

  private MockDrain(BooleanSupplier drained, Duration drain) {
    this.drained = drained;
    this.deadlineNanos = System.nanoTime() + drain.toNanos();
  }

  /**
   * Waits without a thread.
   *
   * @return completes when drained or after the drain time, on a worker unless that is so already
   */
  static CompletionStage<Void> await(
      BooleanSupplier drained, Duration drain, SharedWorkers workers) {
    MockDrain wait = new MockDrain(drained, drain);
    if (!wait.isOver()) {
      wait.looking = workers.every(LOOK, wait::look);
    } else {
      wait.over.complete(null);
    }
    return wait.over;
  }

  private void look() {
    if (isOver()) {
      Future<?> mine = looking;
      if (mine != null) {
        mine.cancel(false);
        over.complete(null);
      }
    }
  }

  private boolean isOver() {
    return drained.getAsBoolean() || System.nanoTime() - deadlineNanos >= 0;
  }
}
