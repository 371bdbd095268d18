/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.runtime.internal.publish;

import io.sluice.endpoint.EndpointException;
import io.sluice.endpoint.Message;
import io.sluice.endpoint.Receipt;
import io.sluice.endpoint.runtime.internal.control.DetachedException;
import io.sluice.endpoint.support.concurrent.ContextClassLoader;
import java.util.concurrent.CompletableFuture;

/** A message that the host wants published, until the host has its receipt. */
final class PendingMessage {

  final Message message;
  final CompletableFuture<Receipt> receipt = new CompletableFuture<>();
  private final ClassLoader hostLoader = ContextClassLoader.current();

  /** Its place in the order of its publisher; guarded by the queue. */
  long place;

  /** Since when it waits to be sent, in nanoseconds; guarded by the queue. */
  long waitingSince = System.nanoTime();

  /** Whether it had to wait for a generation; guarded by the queue. */
  boolean waited;

  /** Why its generation puts it off; null if it waits for a generation. Guarded by the queue. */
  EndpointException rejection;

  PendingMessage(Message message) {
    this.message = message;
  }

  /** Gives the host its receipt, which refers to nothing of a plugin. Calls the host. */
  void complete(Receipt outcome) {
    ClassLoader previous = ContextClassLoader.enter(hostLoader);
    try {
      receipt.complete(detached(outcome));
    } finally {
      ContextClassLoader.leave(previous);
    }
  }

  void reject(EndpointException error) {
    complete(Receipt.rejected(message, error));
  }

  private Receipt detached(Receipt outcome) {
    if (!outcome.isConfirmed()) {
      return Receipt.rejected(
          message, DetachedException.of(outcome.error().orElse(null)), outcome.attributes());
    }
    return outcome.message() == message
        ? outcome
        : Receipt.confirmed(message, outcome.attributes());
  }
}
