/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.publishing;

import io.sluice.endpoint.Attributes;
import io.sluice.endpoint.EndpointException;
import io.sluice.endpoint.Message;
import io.sluice.endpoint.Receipt;
import io.sluice.endpoint.support.lifecycle.EndpointMeter;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * A message of an {@link Outbox}: it has one outcome, the first that is reported. Outcomes may come
 * from any thread, which then runs what waits for the receipt.
 *
 * @param <C> what the backend's client is given in place of the message
 */
public final class Publication<C> {

  private static final VarHandle DONE;

  static {
    try {
      DONE = MethodHandles.lookup().findVarHandle(Publication.class, "done", boolean.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final Message message;
  private final C content;
  private final boolean awaitsConfirmation;
  private final long acceptedNanos = System.nanoTime();
  private final EndpointMeter meter;
  private final Runnable onDone;
  private final CompletableFuture<Receipt> receipt = new CompletableFuture<>();

  /** Set through {@link #DONE}. */
  private volatile boolean done;

  /** The next one in {@link UnconfirmedPublications}, which owns this. */
  Publication<C> next;

  /**
   * A publication; counts as in flight.
   *
   * @param onDone called once, before the receipt is given
   */
  Publication(
      Message message,
      C content,
      boolean awaitsConfirmation,
      EndpointMeter meter,
      Runnable onDone) {
    this.message = message;
    this.content = content;
    this.awaitsConfirmation = awaitsConfirmation;
    this.meter = meter;
    this.onDone = onDone;
    meter.sent();
  }

  /** What was published. */
  public Message message() {
    return message;
  }

  /** What the backend's client is given. */
  public C content() {
    return content;
  }

  /** False when the message is to be confirmed as soon as the client has taken it. */
  public boolean awaitsConfirmation() {
    return awaitsConfirmation;
  }

  /** How long it has been under way, in nanoseconds. */
  public long ageNanos() {
    return System.nanoTime() - acceptedNanos;
  }

  /** Whether there is an outcome. */
  public boolean isDone() {
    return done;
  }

  /**
   * The backend has the message; without effect once there is an outcome.
   *
   * @param attributes what the receipt tells, not null
   */
  public void confirm(Attributes attributes) {
    if (DONE.compareAndSet(this, false, true)) {
      meter.confirmed(message.size());
      onDone.run();
      receipt.complete(Receipt.confirmed(message, attributes));
    }
  }

  /** The message was not published; without effect once there is an outcome. */
  public void reject(EndpointException error) {
    reject(error, Attributes.empty());
  }

  /**
   * The message was not published; without effect once there is an outcome.
   *
   * @param attributes what the backend said when it returned the message, not null
   */
  public void reject(EndpointException error, Attributes attributes) {
    if (DONE.compareAndSet(this, false, true)) {
      meter.rejected();
      onDone.run();
      receipt.complete(Receipt.rejected(message, error, attributes));
    }
  }

  CompletionStage<Receipt> receipt() {
    return receipt;
  }
}
