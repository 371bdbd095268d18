/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.settlement;

import io.sluice.endpoint.Delivery;

/** One of the lanes that a subscription takes from in turn. For the subscription's thread. */
public interface Lane {

  /**
   * The next delivery; null if there is none now.
   *
   * @throws io.sluice.endpoint.EndpointException in place of the next, to end the subscription
   */
  Delivery poll();

  /** The consumer has taken the last delivery. */
  void delivered();

  /** The subscription is over: what the consumer has not taken, as it threw, is refused. */
  void closed();

  /**
   * Whether the last record of a batch was delivered last, or a redelivery, so that another lane
   * has its turn.
   */
  boolean isBetweenBatches();
}
