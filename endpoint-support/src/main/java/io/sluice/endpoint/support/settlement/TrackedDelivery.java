/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.settlement;

import io.sluice.endpoint.Delivery;
import io.sluice.endpoint.Message;
import io.sluice.endpoint.Nack;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Objects;

/**
 * A delivery that is settled, made by a {@link DeliveryTracker}: 40 bytes beside its message. Safe
 * for use by many threads.
 *
 * @param <H> what the broker knows it by
 */
public final class TrackedDelivery<H> implements Delivery {

  private static final VarHandle SIZE;

  static {
    try {
      SIZE = MethodHandles.lookup().findVarHandle(TrackedDelivery.class, "size", int.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final DeliveryTracker<H> tracker;
  private final long sequence;
  private final Message message;
  private final H handle;

  /**
   * Bytes that it takes in the window; the complement, which is negative, once the consumer has
   * settled this delivery, or if it never does. Its message may be delivered again.
   */
  private volatile int size;

  TrackedDelivery(
      DeliveryTracker<H> tracker,
      long sequence,
      Message message,
      int bytes,
      H handle,
      boolean settledByConsumer) {
    this.tracker = tracker;
    this.sequence = sequence;
    this.message = Objects.requireNonNull(message, "message");
    this.handle = handle;
    this.size = settledByConsumer ? bytes : ~bytes;
  }

  @Override
  public Message message() {
    return message;
  }

  /** What the broker knows it by; the same for its redeliveries. Null if it needs nothing. */
  public H handle() {
    return handle;
  }

  /** Its sequence number in the window. */
  public long sequence() {
    return sequence;
  }

  /** The size with which its message takes its place in the window, not negative. */
  public int bytes() {
    int now = size;
    return now < 0 ? ~now : now;
  }

  /** Where its message stands in the partition or queue; until its place in the window is freed. */
  public long position() {
    return tracker.window().position(sequence);
  }

  @Override
  public void ack() {
    if (use()) {
      tracker.acked(this);
    }
  }

  @Override
  public void nack(Nack how) {
    Objects.requireNonNull(how, "how");
    if (use()) {
      tracker.nacked(this, how);
    }
  }

  /** The consumer settles this delivery; whether it is the first time. */
  private boolean use() {
    int now = size;
    return now >= 0 && SIZE.compareAndSet(this, now, ~now);
  }

  /** Frees the place of a nacked delivery in the window. For {@link Settlements} and sources. */
  public void settle() {
    tracker.free(this);
  }

  /**
   * The next delivery of a nacked delivery's message, with {@link Delivery#COUNT_ATTRIBUTE} raised,
   * in the same place of the window. Counted as redelivered. For sources.
   */
  public TrackedDelivery<H> again() {
    return tracker.again(this);
  }

  @Override
  public String toString() {
    return "Delivery[" + message + (size < 0 ? ", settled]" : "]");
  }
}
