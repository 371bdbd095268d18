/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.runtime.internal.endpoint;

import io.sluice.endpoint.ErrorCode;
import io.sluice.endpoint.runtime.internal.control.ControlThread;
import io.sluice.endpoint.runtime.internal.control.DetachedException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries requests of hosts to the control thread, and their outcomes to threads that may call
 * hosts. Any thread.
 */
final class OperatorRequests {

  private static final Logger LOG = LoggerFactory.getLogger(OperatorRequests.class);

  private final String endpoint;
  private final ControlThread control;
  private final Executor callbacks;

  OperatorRequests(String endpoint, ControlThread control, Executor callbacks) {
    this.endpoint = endpoint;
    this.control = control;
    this.callbacks = callbacks;
  }

  /** Runs a request on the control thread. */
  CompletionStage<Void> send(Supplier<CompletionStage<Void>> request) {
    CompletableFuture<Void> seen = new CompletableFuture<>();
    try {
      control.execute(
          () -> request.get().whenCompleteAsync((done, error) -> complete(seen, error), callbacks));
    } catch (RejectedExecutionException e) {
      seen.completeExceptionally(
          new DetachedException(ErrorCode.ENDPOINT_STOPPED, "the runtime has stopped", false));
    }
    return seen;
  }

  /** Waits for a request, but not on the control thread, which would wait for itself. */
  void await(CompletionStage<Void> request, Duration limit) {
    if (control.isCurrent()) {
      return;
    }
    try {
      request.toCompletableFuture().get(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      LOG.warn(
          "Endpoint '{}' did not stop within {} ms; it goes on stopping",
          endpoint,
          limit.toMillis(),
          e);
    }
  }

  private static void complete(CompletableFuture<Void> seen, Throwable error) {
    if (error == null) {
      seen.complete(null);
    } else {
      seen.completeExceptionally(DetachedException.of(error));
    }
  }
}
