/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.runtime.internal.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class DrainOrderTest {

  @Test
  void endpointsThatNothingJoinsDrainAtOnce() {
    assertThat(turns(List.of("a", "b"), Map.of())).containsExactly(List.of("a", "b"));
    assertThat(turns(List.of(), Map.of("a", Set.of("b")))).isEmpty();
  }

  @Test
  void aSourceDrainsBeforeItsTargets() {
    assertThat(turns(List.of("a", "b", "c", "d"), Map.of("a", Set.of("d"), "b", Set.of("a", "d"))))
        .containsExactly(List.of("c", "d"), List.of("a"), List.of("b"));
  }

  @Test
  void pipesToOthersDoNotCount() {
    assertThat(turns(List.of("a", "b"), Map.of("x", Set.of("a"), "b", Set.of("x"))))
        .containsExactly(List.of("a", "b"));
  }

  @Test
  void aCircleDrainsAtOnceAndSoDoesWhatIsBehindIt() {
    Map<String, Set<String>> pipes =
        Map.of("b", Set.of("a", "c"), "c", Set.of("b"), "d", Set.of("c"));

    assertThat(turns(List.of("a", "b", "c", "d"), pipes))
        .containsExactly(List.of("a"), List.of("b", "c", "d"));
    assertThat(turns(List.of("a"), Map.of("a", Set.of("a")))).containsExactly(List.of("a"));
  }

  private static List<List<String>> turns(List<String> names, Map<String, Set<String>> pipes) {
    return DrainOrder.turns(names, Function.identity(), pipes);
  }
}
