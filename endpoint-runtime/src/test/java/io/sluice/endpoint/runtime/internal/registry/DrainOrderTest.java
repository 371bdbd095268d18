/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.runtime.internal.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.endpoint.runtime.internal.configuration.EndpointDefinition;
import io.sluice.endpoint.runtime.internal.configuration.StoredConfiguration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DrainOrderTest {

  @Test
  void endpointsThatNothingJoinsDrainAtOnce() {
    assertThat(turns("a b c")).containsExactly("a b c");
    assertThat(turns("")).isEmpty();
  }

  @Test
  void aSourceDrainsBeforeItsTargets() {
    assertThat(turns("a b c d", "d>a", "a>b", "d>b")).containsExactly("c d", "a", "b");
  }

  @Test
  void pipesToOthersDoNotCount() {
    assertThat(turns("a b", "a>x", "x>b")).containsExactly("a b");
  }

  @Test
  void aCircleDrainsAtOnce() {
    assertThat(turns("a b c d", "a>b", "b>c", "c>b", "c>d")).containsExactly("a", "b c d");
    assertThat(turns("a", "a>a")).containsExactly("a");
  }

  private static List<String> turns(String names, String... pipes) {
    Set<String> joined = Set.of(pipes);
    List<EndpointEntry> entries =
        Arrays.stream(names.split(" "))
            .filter(name -> !name.isEmpty())
            .map(DrainOrderTest::entry)
            .toList();
    return DrainOrder.turns(entries, (from, to) -> joined.contains(from + ">" + to)).stream()
        .map(turn -> String.join(" ", turn.stream().map(EndpointEntry::name).toList()))
        .toList();
  }

  private static EndpointEntry entry(String name) {
    EndpointEntry entry = new EndpointEntry(name);
    entry.define(
        EndpointDefinition.of(
            new StoredConfiguration(name, "io.sluice.endpoint", Map.of("name", name))));
    entry.adopt();
    return entry;
  }
}
