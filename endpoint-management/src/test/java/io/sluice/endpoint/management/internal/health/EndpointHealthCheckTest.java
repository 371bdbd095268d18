/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.management.internal.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.endpoint.EndpointState;
import io.sluice.endpoint.EndpointStatus;
import io.sluice.endpoint.Violation;
import io.sluice.endpoint.management.internal.ShownEndpoint;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.felix.hc.api.Result;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EndpointHealthCheckTest {

  @ParameterizedTest
  @CsvSource({
    "UP, OK",
    "DEGRADED, WARN",
    "STARTING, TEMPORARILY_UNAVAILABLE",
    "DRAINING, TEMPORARILY_UNAVAILABLE",
    "UNSATISFIED, CRITICAL",
    "INVALID, CRITICAL",
    "DOWN, CRITICAL",
    "FAILED, CRITICAL",
    "STOPPED, CRITICAL"
  })
  void rendersTheStateAndItsReason(EndpointState state, Result.Status expected) {
    EndpointStatus status =
        EndpointStatus.builder(state, Instant.now())
            .reason("some reason")
            .violations(List.of(Violation.of("/a", "a", "is wrong")))
            .details(Map.of("assigned", List.of("orders-0")))
            .build();

    Result result = new EndpointHealthCheck(ShownEndpoint.live("orders", status)).execute();

    assertThat(result.getStatus()).isEqualTo(expected);
    assertThat(result.toString())
        .contains("orders is " + state + " (some reason)")
        .contains("/a: is wrong");
    assertThat(result)
        .filteredOn(entry -> entry.getMessage().equals("assigned: [\"orders-0\"]"))
        .singleElement()
        .satisfies(entry -> assertThat(entry.isDebug()).isTrue());
  }
}
