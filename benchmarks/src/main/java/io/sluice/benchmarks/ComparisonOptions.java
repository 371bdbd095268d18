/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.benchmarks;

import java.util.Iterator;
import java.util.List;
import java.util.Set;

/**
 * Options on the command line.
 *
 * @param messages {@code --messages}, consumed in a turn
 * @param pairs {@code --pairs}: rounds that count
 * @param warmUps {@code --warm-ups}: rounds before
 * @param only {@code --only}, separated by commas: {@code consume}, {@code consume4} (from four
 *     partitions), {@code publish}; all without it
 * @param profile {@code --profile}: one more round under Flight Recorder
 */
record ComparisonOptions(long messages, int pairs, int warmUps, Set<String> only, boolean profile) {

  private static final List<String> ALL = List.of("consume", "consume4", "publish");

  ComparisonOptions {
    if (messages < 2 || pairs < 1 || warmUps < 0 || !ALL.containsAll(only)) {
      throw new IllegalArgumentException("2 messages or more, 1 pair or more; only: " + ALL);
    }
  }

  static ComparisonOptions of(String... args) {
    long messages = 400_000;
    int pairs = 5;
    int warmUps = 2;
    Set<String> only = Set.copyOf(ALL);
    boolean profile = false;
    for (Iterator<String> rest = List.of(args).iterator(); rest.hasNext(); ) {
      String option = rest.next();
      switch (option) {
        case "--messages" -> messages = Long.parseLong(rest.next());
        case "--pairs" -> pairs = Integer.parseInt(rest.next());
        case "--warm-ups" -> warmUps = Integer.parseInt(rest.next());
        case "--only" -> only = Set.of(rest.next().split(","));
        case "--profile" -> profile = true;
        default -> throw new IllegalArgumentException("no option: " + option);
      }
    }
    return new ComparisonOptions(messages, pairs, warmUps, only, profile);
  }

  boolean includes(String comparison) {
    return only.contains(comparison);
  }
}
