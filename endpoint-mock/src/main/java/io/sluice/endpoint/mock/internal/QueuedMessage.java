/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.mock.internal;

import io.sluice.endpoint.Delivery;
import io.sluice.endpoint.Message;

/**
 * A message that waits in a queue, with its id.
 *
 * @param echo what settling it confirms; null for a generated message
 */
record QueuedMessage(Message message, Echo echo) {

  /** The same, to be delivered once more. */
  QueuedMessage again() {
    int deliveries =
        message.attributes().get(Delivery.COUNT_ATTRIBUTE) instanceof Integer count ? count : 1;
    return new QueuedMessage(
        message.toBuilder().attribute(Delivery.COUNT_ATTRIBUTE, deliveries + 1).build(), echo);
  }

  /** Whether it was delivered before. */
  boolean isRedelivery() {
    return message.attributes().get(Delivery.COUNT_ATTRIBUTE) != null;
  }

  /** The message is done with in this queue. */
  void settled() {
    if (echo != null) {
      echo.settled();
    }
  }
}
