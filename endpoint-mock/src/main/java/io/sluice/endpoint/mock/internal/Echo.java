/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.mock.internal;

import io.sluice.endpoint.Message;
import io.sluice.endpoint.support.message.MessageSize;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A published message on its way to the consumers. It is confirmed when every queue that got it has
 * settled it. Safe for use by many threads.
 */
final class Echo {

  private final Publication publication;
  private final int bytes;
  private final Executor executor;
  private final AtomicInteger owed = new AtomicInteger();

  /**
   * An echo.
   *
   * @param executor where the publication is confirmed: who settles must not run what waits for
   *     that
   */
  Echo(Publication publication, Executor executor) {
    this.publication = publication;
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

  Publication publication() {
    return publication;
  }

  /** Says how many queues get the echo; before the first of them does. */
  void owedBy(int queues) {
    owed.set(queues);
  }

  /** One queue has settled the echo. */
  void settled() {
    if (owed.decrementAndGet() == 0 && !publication.isDone()) {
      executor.execute(publication::confirm);
    }
  }
}
