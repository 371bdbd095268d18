/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.runtime.internal.registry;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.BiPredicate;

/**
 * In which turns endpoints drain that all have to: where a pipe joins two of them, its source goes
 * first, since what it has delivered is settled when the target has confirmed it.
 */
final class DrainOrder {

  private DrainOrder() {}

  /**
   * The endpoints in turns; those of a turn drain at once.
   *
   * @param joined whether messages of an endpoint, by its name, go to another
   * @return those that are joined in a circle, and what is behind it, in the last turn
   */
  static List<List<EndpointEntry>> turns(
      Collection<EndpointEntry> entries, BiPredicate<String, String> joined) {
    List<List<EndpointEntry>> turns = new ArrayList<>();
    List<EndpointEntry> left = new ArrayList<>(entries);
    while (!left.isEmpty()) {
      List<EndpointEntry> others = List.copyOf(left);
      List<EndpointEntry> turn =
          others.stream()
              .filter(
                  entry ->
                      others.stream().noneMatch(other -> joined.test(other.name(), entry.name())))
              .toList();
      turns.add(turn.isEmpty() ? others : turn);
      left.removeAll(turns.get(turns.size() - 1));
    }
    return turns;
  }
}
