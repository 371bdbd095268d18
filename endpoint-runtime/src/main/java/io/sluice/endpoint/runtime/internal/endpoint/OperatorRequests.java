/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.runtime.internal.endpoint;

import io.sluice.endpoint.ErrorCode;
import io.sluice.endpoint.runtime.internal.control.ControlThread;
import io.sluice.endpoint.runtime.internal.control.DetachedException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;

/**
 * Carries requests of hosts to the control thread, and their outcomes to threads that may call
 * hosts. Any thread.
 */
final class OperatorRequests {

  private final ControlThread control;
  private final Executor callbacks;

  OperatorRequests(ControlThread control, Executor callbacks) {
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

  private static void complete(CompletableFuture<Void> seen, Throwable error) {
    if (error == null) {
      seen.complete(null);
    } else {
      seen.completeExceptionally(DetachedException.of(error));
    }
  }
}
