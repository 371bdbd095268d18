/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint;

import org.osgi.annotation.versioning.ConsumerType;

/** Hears of an endpoint's changes of state. */
@ConsumerType
@FunctionalInterface
public interface StatusListener {

  /**
   * Called after the state, reason, violations or warnings changed; not for details and counters.
   * Calls are serial, in order, on a thread of the endpoint, and must not block.
   *
   * @param status the status after the change, not null
   */
  void statusChanged(EndpointStatus status);
}
