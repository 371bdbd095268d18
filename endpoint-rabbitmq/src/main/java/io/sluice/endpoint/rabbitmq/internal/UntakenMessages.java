/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.rabbitmq.internal;

import io.sluice.endpoint.EndpointException;
import io.sluice.endpoint.ErrorCode;
import io.sluice.endpoint.support.publishing.Publication;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * What the broker has said that it did not take, until it is known why. RabbitMQ returns a message
 * without a route before it confirms it; Qpid says first that it did not take the message. So the
 * broker is asked something, and what it has not returned by the answer was refused for another
 * reason.
 *
 * <p>Belongs to the event loop.
 */
final class UntakenMessages {

  private final Supplier<CompletionStage<Void>> barrier;
  private final Queue<Publication<PublishedMessage>> untaken = new ArrayDeque<>();
  private boolean asking;

  /**
   * No messages.
   *
   * @param barrier completes on the event loop when all has come that the broker sent until now, or
   *     never will
   */
  UntakenMessages(Supplier<CompletionStage<Void>> barrier) {
    this.barrier = barrier;
  }

  /** The broker did not take a message. */
  void add(Publication<PublishedMessage> publication) {
    untaken.add(publication);
    if (!asking) {
      ask();
    }
  }

  /** The first message without an outcome that fits. */
  Optional<Publication<PublishedMessage>> find(Predicate<Publication<PublishedMessage>> fits) {
    return untaken.stream().filter(each -> !each.isDone()).filter(fits).findFirst();
  }

  /** The channel has ended: nothing is returned any more. */
  void rejectAll() {
    reject(untaken.size());
  }

  private void ask() {
    asking = true;
    int count = untaken.size();
    barrier.get().whenComplete((answer, failure) -> answered(count));
  }

  private void answered(int count) {
    asking = false;
    reject(Math.min(count, untaken.size()));
    if (!untaken.isEmpty()) {
      ask();
    }
  }

  private void reject(int count) {
    for (int i = 0; i < count; i++) {
      untaken.remove().reject(notTaken()); // without effect on what was returned
    }
  }

  private static EndpointException notTaken() {
    return EndpointException.builder(
            ErrorCode.REJECTED,
            "the broker did not take the message: a queue is full, or has failed")
        .retryable(true)
        .backendCode("basic.nack")
        .build();
  }
}
