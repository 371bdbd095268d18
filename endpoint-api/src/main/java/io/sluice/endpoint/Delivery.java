/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * A message handed to a consumer, to be settled under {@link Qos#AT_LEAST_ONCE}. Under the other
 * levels settling has no effect.
 *
 * <p>The first call of {@link #ack()} or {@link #nack} settles the delivery; later calls, and calls
 * after the drain time, have no effect. Both may be called by any thread, in any order among
 * deliveries, and do not block.
 */
@ConsumerType
public interface Delivery {

  /**
   * Name of the message attribute ({@code Integer}) that counts the deliveries of a message,
   * starting with 2: it is absent from the first.
   */
  String COUNT_ATTRIBUTE = "sluice.deliveryCount";

  /** The message, never null. */
  Message message();

  /** Settles the delivery as done. */
  void ack();

  /**
   * Settles the delivery as refused.
   *
   * @param how not null
   */
  void nack(Nack how);

  /**
   * A delivery that needs no settlement, for {@link Qos#NONE}, {@link Qos#AT_MOST_ONCE} and tests.
   *
   * @param message not null
   */
  static Delivery settled(Message message) {
    return new SettledDelivery(message);
  }
}
