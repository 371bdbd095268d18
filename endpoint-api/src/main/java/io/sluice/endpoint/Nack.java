/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint;

/** How a delivery is refused. Does not grow within 1.x. */
public enum Nack {
  /** Deliver it again, after the configured delay and up to the configured number of times. */
  REQUEUE,
  /** Never deliver it again; the endpoint's failure strategy decides what becomes of it. */
  DISCARD
}
