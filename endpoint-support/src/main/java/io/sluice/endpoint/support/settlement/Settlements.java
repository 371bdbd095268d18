/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.settlement;

import io.sluice.endpoint.Nack;

/**
 * What an endpoint does when a consumer settles a delivery. Called once a delivery, by the thread
 * that settles it, so it must not block; never after the window was closed.
 */
@FunctionalInterface
public interface Settlements {

  /**
   * A delivery was acked; the window frees its place when this returns. A broker that wants each
   * ack is told here.
   *
   * @param delivery {@link TrackedDelivery#position()} still holds
   */
  default void acked(TrackedDelivery delivery) {}

  /**
   * A delivery was refused. Sooner or later this leads to {@link TrackedDelivery#settle()}, when
   * the broker or nobody delivers it again, or to {@link TrackedDelivery#again()}; until then it
   * keeps its place in the window.
   *
   * @param delivery not null
   * @param how not null
   */
  void nacked(TrackedDelivery delivery, Nack how);
}
