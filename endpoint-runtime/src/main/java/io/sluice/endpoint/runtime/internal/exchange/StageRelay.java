/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.runtime.internal.exchange;

import io.sluice.endpoint.EndpointException;
import io.sluice.endpoint.runtime.internal.control.DetachedException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * The outcome of one side's stage, for the other. Only this object stays with the first side's
 * stage, and it lets go of the other side when the outcome has come or the relay is detached.
 */
final class StageRelay<T> {

  private final Side from;
  private final Side to;
  private final Runnable ended;
  private final Executor failures;

  /** Null when it is complete. */
  private volatile CompletableFuture<T> target = new CompletableFuture<>();

  /**
   * A relay to be {@linkplain #connect connected}.
   *
   * @param ended runs after the outcome was passed on
   * @param failures runs what fails the other side's stage
   */
  StageRelay(Side from, Side to, Runnable ended, Executor failures) {
    this.from = from;
    this.to = to;
    this.ended = ended;
    this.failures = failures;
  }

  /** Connects the relay and returns what the other side sees. */
  CompletionStage<T> connect(CompletionStage<T> stage) {
    CompletionStage<T> seen = target;
    try {
      from.run(() -> stage.whenComplete(this::pass));
    } catch (Throwable e) { // a plugin may throw anything
      pass(null, e);
    }
    return seen;
  }

  /** Fails what the other side sees, if it is not complete. */
  void detach(EndpointException error) {
    if (target != null) {
      failures.execute(() -> complete(open -> open.completeExceptionally(error)));
    }
  }

  /** Lets go of the other side without a word. */
  void drop() {
    take();
  }

  private void pass(T value, Throwable error) {
    if (error == null) {
      complete(open -> open.complete(value));
    } else {
      detach(DetachedException.of(error, from.fault()));
    }
  }

  private void complete(Consumer<CompletableFuture<T>> outcome) {
    CompletableFuture<T> open = take();
    if (open != null) {
      to.run(() -> outcome.accept(open));
      ended.run();
    }
  }

  private synchronized CompletableFuture<T> take() {
    CompletableFuture<T> open = target;
    target = null;
    return open;
  }
}
