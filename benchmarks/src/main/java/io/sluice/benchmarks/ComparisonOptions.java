/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.benchmarks;

import io.sluice.benchmarks.comparison.Comparison;
import io.sluice.benchmarks.comparison.Profile;
import io.sluice.benchmarks.comparison.Report;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Options on the command line.
 *
 * @param messages {@code --messages}, of a turn
 * @param pairs {@code --pairs}: rounds that count
 * @param warmUps {@code --warm-ups}: rounds before
 * @param only {@code --only}, separated by commas: names of comparisons; all without it
 * @param profile {@code --profile}: one more round under Flight Recorder
 */
record ComparisonOptions(long messages, int pairs, int warmUps, Set<String> only, boolean profile) {

  ComparisonOptions {
    if (messages < 2 || pairs < 1 || warmUps < 0) {
      throw new IllegalArgumentException("2 messages or more, 1 pair or more");
    }
  }

  /** All comparisons of these names. */
  static ComparisonOptions all(long messages, String... comparisons) {
    return new ComparisonOptions(messages, 5, 2, Set.of(comparisons), false);
  }

  /** These options with what the command line changes. */
  ComparisonOptions with(String... args) {
    long messages = this.messages;
    int pairs = this.pairs;
    int warmUps = this.warmUps;
    Set<String> only = this.only;
    boolean profile = this.profile;
    for (Iterator<String> rest = List.of(args).iterator(); rest.hasNext(); ) {
      String option = rest.next();
      switch (option) {
        case "--messages" -> messages = Long.parseLong(rest.next());
        case "--pairs" -> pairs = Integer.parseInt(rest.next());
        case "--warm-ups" -> warmUps = Integer.parseInt(rest.next());
        case "--only" -> only = known(rest.next());
        case "--profile" -> profile = true;
        default -> throw new IllegalArgumentException("no option: " + option);
      }
    }
    return new ComparisonOptions(messages, pairs, warmUps, only, profile);
  }

  private Set<String> known(String names) {
    Set<String> chosen = Set.of(names.split(","));
    if (!only.containsAll(chosen)) {
      throw new IllegalArgumentException("comparisons are: " + only);
    }
    return chosen;
  }

  boolean includes(String comparison) {
    return only.contains(comparison);
  }

  /** Runs a comparison and prints what it has found. */
  void run(Comparison comparison, Report report) throws Exception {
    comparison.run(warmUps, pairs);
    report.print(comparison);
    if (profile) {
      report.printThreads(comparison);
      for (Map.Entry<String, Profile> each : comparison.profile().entrySet()) {
        report.print(each.getKey(), each.getValue());
      }
    }
  }
}
