/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.mock.internal;

import io.sluice.endpoint.Attributes;
import io.sluice.endpoint.EndpointException;
import io.sluice.endpoint.Message;
import io.sluice.endpoint.Receipt;
import io.sluice.endpoint.support.lifecycle.EndpointMeter;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * A published message under way: has one outcome, the first that is reported. Outcomes may come
 * from any thread, which then runs what waits for the receipt.
 */
final class Publication {

  private final Message message;
  private final boolean awaitsConfirmation;
  private final long sentNanos = System.nanoTime();
  private final EndpointMeter meter;
  private final Consumer<Publication> onDone;
  private final CompletableFuture<Receipt> receipt = new CompletableFuture<>();
  private final AtomicBoolean done = new AtomicBoolean();
  private volatile long index;

  /**
   * A publication; counts as in flight.
   *
   * @param awaitsConfirmation false when it is confirmed as soon as it was taken
   * @param onDone called once, before the receipt is given
   */
  Publication(
      Message message,
      boolean awaitsConfirmation,
      EndpointMeter meter,
      Consumer<Publication> onDone) {
    this.message = message;
    this.awaitsConfirmation = awaitsConfirmation;
    this.meter = meter;
    this.onDone = onDone;
    meter.sent();
  }

  Message message() {
    return message;
  }

  boolean awaitsConfirmation() {
    return awaitsConfirmation;
  }

  /** How long it has been under way, in nanoseconds. */
  long ageNanos() {
    return System.nanoTime() - sentNanos;
  }

  /** Numbers the publication; the receipt tells. */
  void number(long index) {
    this.index = index;
  }

  long index() {
    return index;
  }

  boolean isDone() {
    return done.get();
  }

  void confirm() {
    if (done.compareAndSet(false, true)) {
      meter.confirmed(message.size());
      onDone.accept(this);
      receipt.complete(
          Receipt.confirmed(message, Attributes.of(MessageSequence.INDEX_ATTRIBUTE, index)));
    }
  }

  void reject(EndpointException error) {
    if (done.compareAndSet(false, true)) {
      meter.rejected();
      onDone.accept(this);
      receipt.complete(Receipt.rejected(message, error));
    }
  }

  CompletionStage<Receipt> receipt() {
    return receipt;
  }
}
