/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.runtime.internal.stream;

import io.sluice.endpoint.Delivery;
import io.sluice.endpoint.Nack;

/** A delivery that can go back for reasons that are not the message's. */
public interface UncountedRequeue {

  /**
   * As {@code nack(REQUEUE)}, but the message is delivered again however often it has been: it is
   * not given up for {@code maxDeliveries}.
   */
  void requeue();

  /** Gives a delivery back, uncounted if it can be. */
  static void of(Delivery delivery) {
    if (delivery instanceof UncountedRequeue uncounted) {
      uncounted.requeue();
    } else {
      delivery.nack(Nack.REQUEUE);
    }
  }
}
