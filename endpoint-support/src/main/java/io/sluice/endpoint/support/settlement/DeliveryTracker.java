package io.sluice.endpoint.support.settlement;

import io.sluice.endpoint.Delivery;
import io.sluice.endpoint.Message;
import io.sluice.endpoint.Qos;
import io.sluice.endpoint.support.lifecycle.EndpointMeter;

/**
 * Makes the deliveries of one partition or queue, in one assignment epoch and under one QoS, and sees
 * to it that each is settled when that QoS says so:
 *
 * <ul>
 *   <li>{@code NONE}: never; the window is not used.
 *   <li>{@code AT_MOST_ONCE}: before it is delivered.
 *   <li>{@code AUTO}: by {@link #delivered()}.
 *   <li>{@code AT_LEAST_ONCE}: by the consumer.
 * </ul>
 *
 * <p>{@link #hasRoom}, {@link #deliver} and {@link #delivered} belong to the owner thread of the
 * window, which is that of the subscription.
 */
public final class DeliveryTracker {

  /**
   * A tracker.
   *
   * @param qos not null
   * @param window not null, used by this tracker alone
   * @param settlements what to do about settled deliveries, not null
   * @param meter counts deliveries, redeliveries and late settlements, not null
   */
  public DeliveryTracker(
      Qos qos, AcknowledgementWindow window, Settlements settlements, EndpointMeter meter) {
    throw new UnsupportedOperationException();
  }

  /**
   * Whether a message can be delivered now; see {@link AcknowledgementWindow#hasRoom}.
   *
   * @param bytes size of the message
   */
  public boolean hasRoom(int bytes) {
    throw new UnsupportedOperationException();
  }

  /**
   * A delivery of a message, its first in this epoch. Counted.
   *
   * @param position see {@link AcknowledgementWindow#open}
   * @param message not null
   */
  public Delivery deliver(long position, Message message) {
    throw new UnsupportedOperationException();
  }

  /** The consumer has taken the last delivery: settles it under {@code AUTO}. */
  public void delivered() {
    throw new UnsupportedOperationException();
  }

  /** The window. */
  public AcknowledgementWindow window() {
    throw new UnsupportedOperationException();
  }
}
