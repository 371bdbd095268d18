/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.settlement;

import io.sluice.endpoint.Delivery;
import io.sluice.endpoint.Message;
import io.sluice.endpoint.Nack;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Objects;

/**
 * A delivery under {@code AT_LEAST_ONCE}, made by a {@link DeliveryTracker}: 32 bytes beside its
 * message. Safe for use by many threads.
 */
public final class TrackedDelivery implements Delivery {

  private static final VarHandle SETTLED;

  static {
    try {
      SETTLED =
          MethodHandles.lookup().findVarHandle(TrackedDelivery.class, "settled", boolean.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final DeliveryTracker tracker;
  private final long sequence;
  private final Message message;

  /** Whether the consumer has settled this delivery; its message may be delivered again. */
  private volatile boolean settled;

  TrackedDelivery(DeliveryTracker tracker, long sequence, Message message) {
    this.tracker = tracker;
    this.sequence = sequence;
    this.message = Objects.requireNonNull(message, "message");
  }

  @Override
  public Message message() {
    return message;
  }

  /** Its sequence number in the window. */
  public long sequence() {
    return sequence;
  }

  /** Where its message stands in the partition or queue; until its place in the window is freed. */
  public long position() {
    return tracker.window().position(sequence);
  }

  @Override
  public void ack() {
    if (SETTLED.compareAndSet(this, false, true)) {
      tracker.acked(this);
    }
  }

  @Override
  public void nack(Nack how) {
    Objects.requireNonNull(how, "how");
    if (SETTLED.compareAndSet(this, false, true)) {
      tracker.nacked(this, how);
    }
  }

  /** Frees the place of a nacked delivery in the window. For {@link Settlements}. */
  public void settle() {
    tracker.window().settle(sequence);
  }

  /**
   * The next delivery of a nacked delivery's message, with {@link Delivery#COUNT_ATTRIBUTE} raised,
   * in the same place of the window. Counted as redelivered. For sources.
   */
  public TrackedDelivery again() {
    return tracker.again(this);
  }

  @Override
  public String toString() {
    return "Delivery[" + message + (settled ? ", settled]" : "]");
  }
}
