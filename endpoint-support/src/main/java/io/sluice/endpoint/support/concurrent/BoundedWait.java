/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.concurrent;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;

/**
 * Waits for a stage no longer than a time. Unlike {@link CompletableFuture#orTimeout} it needs no
 * thread of the JVM, which would hold on to the bundle.
 */
public final class BoundedWait {

  private BoundedWait() {}

  /**
   * Waits without a thread.
   *
   * @param stage not null; is left alone when the time is over
   * @param time for how long to wait, not negative
   * @param workers run what ends the wait
   * @return completes with true when the stage does, with false after the time; fails as the stage
   *     does
   */
  public static CompletionStage<Boolean> of(
      CompletionStage<?> stage, Duration time, SharedWorkers workers) {
    CompletableFuture<Boolean> outcome = new CompletableFuture<>();
    Future<?> end = workers.after(time, () -> outcome.complete(false));
    stage.whenComplete(
        (done, failure) -> {
          end.cancel(false);
          if (failure == null) {
            outcome.complete(true);
          } else {
            outcome.completeExceptionally(failure);
          }
        });
    return outcome;
  }
}
