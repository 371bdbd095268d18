/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.lifecycle;

import io.sluice.endpoint.support.concurrent.SharedWorkers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Waits until nothing is unsettled or in flight, or until the drain time is over. */
public final class Drain {

  private static final Logger LOG = LoggerFactory.getLogger(Drain.class);
  private static final Duration LOOK_INTERVAL = Duration.ofMillis(10);

  private final BooleanSupplier drained;
  private final long deadlineNanos;
  private final CompletableFuture<Void> over = new CompletableFuture<>();
  private volatile Future<?> looking;

  private Drain(BooleanSupplier drained, Duration drain) {
    this.drained = drained;
    this.deadlineNanos = System.nanoTime() + drain.toNanos();
  }

  /**
   * Waits without a thread.
   *
   * @param drained whether there is nothing to wait for any more; asked often, must not block
   * @param drain for how long to wait, not negative
   * @param workers run what looks
   * @return completes when drained or after the drain time, on a worker unless that is so already
   */
  public static CompletionStage<Void> await(
      BooleanSupplier drained, Duration drain, SharedWorkers workers) {
    Drain wait = new Drain(drained, drain);
    if (wait.isOver()) {
      wait.over.complete(null);
    } else {
      wait.lookEvery(LOOK_INTERVAL, workers);
    }
    return wait.over;
  }

  private void lookEvery(Duration interval, SharedWorkers workers) {
    try {
      looking = workers.every(interval, this::look);
    } catch (RejectedExecutionException e) {
      LOG.debug("The bundle has stopped: the drain time is over", e);
      over.complete(null);
    }
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
    return System.nanoTime() - deadlineNanos >= 0 || drained.getAsBoolean();
  }
}
