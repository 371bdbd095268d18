/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.lifecycle;

import static io.sluice.endpoint.EndpointState.DEGRADED;
import static io.sluice.endpoint.EndpointState.DOWN;
import static io.sluice.endpoint.EndpointState.DRAINING;
import static io.sluice.endpoint.EndpointState.FAILED;
import static io.sluice.endpoint.EndpointState.STARTING;
import static io.sluice.endpoint.EndpointState.STOPPED;
import static io.sluice.endpoint.EndpointState.UP;

import io.sluice.endpoint.EndpointState;
import java.util.Map;
import java.util.Set;

/**
 * Which state may follow which in an endpoint. {@code UNSATISFIED} and {@code INVALID} are states
 * of a configuration in its host, not of an endpoint.
 */
final class StateTransitions {

  private static final Map<EndpointState, Set<EndpointState>> FOLLOWING =
      Map.of(
          STOPPED, Set.of(STARTING),
          STARTING, Set.of(UP, DEGRADED, DOWN, FAILED, DRAINING),
          UP, Set.of(DEGRADED, DOWN, FAILED, DRAINING),
          DEGRADED, Set.of(UP, DOWN, FAILED, DRAINING),
          DOWN, Set.of(UP, DEGRADED, FAILED, DRAINING),
          FAILED, Set.of(DRAINING),
          DRAINING, Set.of(STOPPED));

  private StateTransitions() {}

  /**
   * Whether a state may be reported in another one; the same again, with another reason, always.
   */
  static boolean allow(EndpointState from, EndpointState to) {
    return from == to || FOLLOWING.getOrDefault(from, Set.of()).contains(to);
  }
}
