package io.sluice.endpoint.support.settlement;

import io.sluice.endpoint.Delivery;
import io.sluice.endpoint.Message;
import io.sluice.endpoint.Nack;

/** A delivery under {@code AT_LEAST_ONCE}, made by a {@link DeliveryTracker}. Safe for use by many threads. */
public final class TrackedDelivery implements Delivery {

  TrackedDelivery(DeliveryTracker tracker, long sequence, Message message) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Message message() {
    throw new UnsupportedOperationException();
  }

  /** Its sequence number in the window. */
  public long sequence() {
    throw new UnsupportedOperationException();
  }

  /** Where its message stands in the partition or queue; until its place in the window is freed. */
  public long position() {
    throw new UnsupportedOperationException();
  }

  @Override
  public void ack() {
    throw new UnsupportedOperationException();
  }

  @Override
  public void nack(Nack how) {
    throw new UnsupportedOperationException();
  }

  /** Frees the place of a nacked delivery in the window. For {@link Settlements}. */
  public void settle() {
    throw new UnsupportedOperationException();
  }

  /**
   * The next delivery of a nacked delivery's message, with {@link Delivery#COUNT_ATTRIBUTE} raised, in
   * the same place of the window. Counted as redelivered. For {@link Settlements} and sources.
   */
  public TrackedDelivery again() {
    throw new UnsupportedOperationException();
  }
}
