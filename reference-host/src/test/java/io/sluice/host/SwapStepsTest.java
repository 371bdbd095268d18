/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class SwapStepsTest {

  @Test
  void theStepsOfEachEndpointAreSummedUp() {
    List<String> log =
        List.of(
            "00:00:01.000 INFO  GenerationSlot: Endpoint 'source' went over from 1.0.1 to 1.0.2"
                + " in 123 ms: prepared in 80 ms before, drained in 12 ms, closed in 30 ms,"
                + " started in 81 ms",
            "00:00:02.000 INFO  GenerationSlot: Endpoint 'target' went over from 1.0.1 to 1.0.2"
                + " in 5 ms: prepared in 4 ms before, drained in 3 ms, closed in 2 ms,"
                + " started in 1 ms",
            "00:00:03.000 INFO  GenerationSlot: Endpoint 'source' is served by mock 1.0.2",
            "00:00:04.000 INFO  GenerationSlot: Endpoint 'source' went over from 1.0.2 to 1.0.3"
                + " in 23 ms: prepared in 70 ms before, drained in 2 ms, closed in 20 ms,"
                + " started in 1 ms, without a successor for 9 ms");

    assertThat(SwapSteps.in(log).report())
        .containsExactly(
            "swap of 'source': 2 times, p50/p99 in ms:"
                + " whole 23/123, prepared 70/80, drained 2/12, closed 20/30, started 1/81, absent 0/9",
            "swap of 'target': 1 times, p50/p99 in ms:"
                + " whole 5/5, prepared 4/4, drained 3/3, closed 2/2, started 1/1, absent 0/0");
  }

  @Test
  void aLogThatTellsNothingIsNoReport() {
    assertThat(SwapSteps.in(List.of("Endpoint 'source' is served by mock 1.0.2")).report())
        .isEmpty();
  }
}
