/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.endpoint.EndpointState;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class StateTransitionsTest {

  private static final Set<EndpointState> RUNNING =
      Set.of(EndpointState.STARTING, EndpointState.UP, EndpointState.DEGRADED, EndpointState.DOWN);

  @ParameterizedTest
  @EnumSource(
      value = EndpointState.class,
      names = {"STARTING", "UP", "DEGRADED", "DOWN"})
  void whatRunsMayDrainOrFailAndDoesNotStopUndrained(EndpointState state) {
    assertThat(StateTransitions.allow(state, EndpointState.DRAINING)).isTrue();
    assertThat(StateTransitions.allow(state, EndpointState.FAILED)).isTrue();
    assertThat(StateTransitions.allow(state, EndpointState.STOPPED)).isFalse();
  }

  @ParameterizedTest
  @EnumSource(EndpointState.class)
  void whatFailedDrainsOrStoppedDoesNotComeUpAgain(EndpointState state) {
    for (EndpointState over :
        Set.of(EndpointState.FAILED, EndpointState.DRAINING, EndpointState.STOPPED)) {
      boolean begins = over == EndpointState.STOPPED && state == EndpointState.STARTING;
      if (RUNNING.contains(state) && !begins) {
        assertThat(StateTransitions.allow(over, state)).isFalse();
      }
    }
  }

  @ParameterizedTest
  @EnumSource(EndpointState.class)
  void theHostsStatesAreNeverEntered(EndpointState state) {
    for (EndpointState hosts : Set.of(EndpointState.UNSATISFIED, EndpointState.INVALID)) {
      assertThat(StateTransitions.allow(state, hosts)).isEqualTo(state == hosts);
    }
  }
}
