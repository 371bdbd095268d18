/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.delivery;

import io.sluice.endpoint.Delivery;

/**
 * Where the deliveries of one subscription come from. Called by its subscription only, serially, on
 * threads of the subscription's executor; must not block.
 */
public interface DeliverySource {

  /**
   * Takes the next delivery. Called only when the subscriber has requested one, and what is
   * returned is always handed over.
   *
   * <p>A source that hands out its last delivery may call {@link DeliverySubscription#complete()}
   * before it returns it. An exception ends the subscription with an error.
   *
   * @return null when none is ready; the code that makes one ready later calls {@link
   *     DeliverySubscription#wakeUp()}
   */
  Delivery poll();

  /**
   * The subscriber's {@code onNext} has returned normally: {@link io.sluice.endpoint.Qos#AUTO}
   * settles here.
   *
   * @param delivery what {@link #poll()} returned last
   */
  default void delivered(Delivery delivery) {}

  /**
   * The subscription is over, by completion, error or cancellation. Called exactly once, as the
   * last call.
   */
  void closed();
}
