/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.mock.internal;

import io.sluice.endpoint.Attributes;
import io.sluice.endpoint.EndpointException;
import io.sluice.endpoint.Message;
import io.sluice.endpoint.support.message.MessageSize;
import io.sluice.endpoint.support.publishing.Publication;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A published message on its way to the consumers. It is confirmed when every queue that got it has
 * settled it. Safe for use by many threads.
 */
final class Echo {

  private final Publication<Message> publication;
  private final Attributes receipt;
  private final int bytes;
  private final Executor executor;
  private final AtomicInteger owed = new AtomicInteger();

  /**
   * An echo.
   *
   * @param receipt what the receipt tells
   * @param executor where the publication is confirmed: who settles must not run what waits for
   *     that
   */
  Echo(Publication<Message> publication, Attributes receipt, Executor executor) {
    this.publication = publication;
    this.receipt = receipt;
    this.bytes = MessageSize.of(publication.message());
    this.executor = executor;
  }

  Message message() {
    return publication.message();
  }

  /** The size of the message in bytes. */
  int bytes() {
    return bytes;
  }

  /** Whether the publisher waits until consumers have settled the message. */
  boolean awaitsConfirmation() {
    return publication.awaitsConfirmation();
  }

  /** Whether the publisher has its receipt. */
  boolean isDone() {
    return publication.isDone();
  }

  /** Whether this is the echo of a publication. */
  boolean isOf(Publication<Message> other) {
    return publication == other;
  }

  void confirm() {
    publication.confirm(receipt);
  }

  void reject(EndpointException error) {
    publication.reject(error);
  }

  /** Says how many queues get the echo; before the first of them does. */
  void owedBy(int queues) {
    owed.set(queues);
  }

  /** One queue has settled the echo. */
  void settled() {
    if (owed.decrementAndGet() == 0 && !publication.isDone()) {
      executor.execute(this::confirm);
    }
  }
}
