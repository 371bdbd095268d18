/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.settlement;

import io.sluice.endpoint.Delivery;
import io.sluice.endpoint.Message;
import io.sluice.endpoint.Nack;
import io.sluice.endpoint.Qos;
import io.sluice.endpoint.support.lifecycle.EndpointMeter;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the deliveries of one partition or queue, in one assignment epoch and under one QoS, and
 * sees to it that each is settled when that QoS says so. Under every level but {@code NONE} the
 * settlement of each delivery reaches the endpoint's code, so that a broker can be told:
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
 *
 * @param <H> what the broker knows a delivery by, such as a delivery tag
 */
public final class DeliveryTracker<H> {

  private static final Logger LOG = LoggerFactory.getLogger(DeliveryTracker.class);

  private final String endpoint;
  private final Qos qos;
  private final AcknowledgementWindow window;
  private final Settlements<H> settlements;
  private final EndpointMeter meter;

  /** What the consumer is taking, under {@code AUTO}; null when it has taken it. */
  private TrackedDelivery<H> inHand;

  /**
   * A tracker.
   *
   * @param endpoint the endpoint's name, for logs
   * @param qos not null
   * @param window not null, used by this tracker alone
   * @param settlements what to do about settled deliveries, not null
   * @param meter counts deliveries, redeliveries and late settlements, not null
   */
  public DeliveryTracker(
      String endpoint,
      Qos qos,
      AcknowledgementWindow window,
      Settlements<H> settlements,
      EndpointMeter meter) {
    this.endpoint = Objects.requireNonNull(endpoint, "endpoint");
    this.qos = Objects.requireNonNull(qos, "qos");
    this.window = Objects.requireNonNull(window, "window");
    this.settlements = Objects.requireNonNull(settlements, "settlements");
    this.meter = Objects.requireNonNull(meter, "meter");
  }

  /**
   * Whether a message can be delivered now; see {@link AcknowledgementWindow#hasRoom}.
   *
   * @param bytes size of the message, not negative
   */
  public boolean hasRoom(int bytes) {
    return qos == Qos.NONE || window.hasRoom(bytes);
  }

  /**
   * A delivery of a message, its first in this epoch. Counted.
   *
   * <p>Null under {@code AT_MOST_ONCE} if it could not be settled before: it was given back, and is
   * delivered elsewhere.
   *
   * @param position see {@link AcknowledgementWindow#open}
   * @param message not null
   * @param bytes size of the message, as {@link #hasRoom} was asked; also that of its redeliveries
   * @param handle what the broker knows it by; null if it needs nothing
   */
  public Delivery deliver(long position, Message message, int bytes, H handle) {
    if (qos == Qos.NONE) {
      meter.delivered(message.size());
      return Delivery.settled(message);
    }
    long sequence = window.open(position, bytes);
    boolean byConsumer = qos == Qos.AT_LEAST_ONCE;
    TrackedDelivery<H> delivery =
        new TrackedDelivery<>(this, sequence, message, bytes, handle, byConsumer);
    if (qos == Qos.AT_MOST_ONCE && !settle(delivery)) {
      return null;
    }
    meter.delivered(message.size());
    if (qos == Qos.AUTO) {
      inHand = delivery;
    }
    return delivery;
  }

  /** The consumer has taken the last delivery: settles it under {@code AUTO}. */
  public void delivered() {
    TrackedDelivery<H> taken = inHand;
    if (taken != null) {
      inHand = null;
      acked(taken);
    }
  }

  /**
   * What the consumer was given under {@code AUTO} and has not taken, as it threw something; null
   * if there is nothing. Nothing settles it any more.
   */
  public TrackedDelivery<H> takeRefused() {
    TrackedDelivery<H> refused = inHand;
    inHand = null;
    return refused;
  }

  /** The window. */
  public AcknowledgementWindow window() {
    return window;
  }

  void acked(TrackedDelivery<H> delivery) {
    if (window.isClosed() || !settle(delivery)) {
      meter.settlementIgnored();
    }
  }

  /** Whether the message counts as settled. */
  private boolean settle(TrackedDelivery<H> delivery) {
    try {
      return settlements.acked(delivery);
    } catch (RuntimeException | Error e) {
      LOG.error(
          "Endpoint '{}': the ack of {} did not reach the backend, which may deliver it again",
          endpoint,
          delivery,
          e);
      return false;
    } finally {
      free(delivery);
    }
  }

  void free(TrackedDelivery<H> delivery) {
    window.settle(delivery.sequence());
    settlements.freed(delivery);
  }

  void nacked(TrackedDelivery<H> delivery, Nack how) {
    if (window.isClosed()) {
      meter.settlementIgnored();
      return;
    }
    try {
      settlements.nacked(delivery, how);
    } catch (RuntimeException | Error e) {
      LOG.error(
          "Endpoint '{}': the nack of {} failed; it stays unsettled until the consumer ends",
          endpoint,
          delivery,
          e);
    }
  }

  TrackedDelivery<H> again(TrackedDelivery<H> refused) {
    Message message = refused.message();
    int count = message.attributes().get(Delivery.COUNT_ATTRIBUTE) instanceof Integer n ? n : 1;
    Message repeated = message.toBuilder().attribute(Delivery.COUNT_ATTRIBUTE, count + 1).build();
    meter.delivered(message.size());
    meter.redelivered();
    return new TrackedDelivery<>(
        this, refused.sequence(), repeated, refused.bytes(), refused.handle(), true);
  }
}
