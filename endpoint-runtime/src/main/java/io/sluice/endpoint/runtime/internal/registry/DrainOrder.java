/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.runtime.internal.registry;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * In which turns endpoints drain that all have to: where a pipe joins two of them, its source goes
 * first, since what it has delivered is settled when the target has confirmed it.
 */
final class DrainOrder {

  private DrainOrder() {}

  /**
   * The endpoints in turns; those of a turn drain at once.
   *
   * @param pipes the sources of pipes by their targets, both by name
   * @return those that pipes join in a circle, and what is behind it, in the last turn
   */
  static <E> List<List<E>> turns(
      Collection<E> endpoints, Function<E, String> name, Map<String, Set<String>> pipes) {
    List<List<E>> turns = new ArrayList<>();
    List<E> left = List.copyOf(endpoints);
    while (!left.isEmpty()) {
      Set<String> names = left.stream().map(name).collect(Collectors.toSet());
      Map<Boolean, List<E>> fed =
          left.stream()
              .collect(
                  Collectors.partitioningBy(
                      each ->
                          !Collections.disjoint(
                              pipes.getOrDefault(name.apply(each), Set.of()), names)));
      boolean circle = fed.get(false).isEmpty();
      turns.add(circle ? left : fed.get(false));
      left = circle ? List.of() : fed.get(true);
    }
    return turns;
  }
}
