/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.settlement;

import io.sluice.endpoint.Nack;

/**
 * What an endpoint does when a delivery is settled, by its consumer or by its QoS. Called once a
 * delivery, by the thread that settles it, so it must not block. A settlement that races with the
 * end of the window may come just after it: the handle has to tell which connection it belongs to.
 * What is thrown is logged.
 *
 * @param <H> what the broker knows a delivery by
 */
public interface Settlements<H> {

  /**
   * A delivery was acked; the window frees its place when this returns or throws. A broker that
   * wants each ack is told here.
   *
   * @param delivery {@link TrackedDelivery#position()} still holds
   * @return false if the ack came too late, as the message was given back already
   */
  boolean acked(TrackedDelivery<H> delivery);

  /**
   * A delivery was refused. Sooner or later this leads to {@link TrackedDelivery#settle()}, when it
   * will not be delivered again from here, or to {@link TrackedDelivery#again()}; until then it
   * keeps its place in the window.
   *
   * @param delivery not null
   * @param how not null
   */
  void nacked(TrackedDelivery<H> delivery, Nack how);

  /** The window has freed the place of a delivery, and its position counts as settled. */
  default void freed(TrackedDelivery<H> delivery) {}
}
