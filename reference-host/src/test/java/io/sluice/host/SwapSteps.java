/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.host;

import static java.util.stream.Collectors.joining;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the gaps of updates consist of, as far as the log of the host tells: each swap of an
 * endpoint is a line there.
 */
final class SwapSteps {

  private static final Pattern SWAP =
      Pattern.compile(
          "Endpoint '(?<endpoint>[^']+)' went over from \\S+ to \\S+ in (?<whole>\\d+) ms:"
              + " prepared in (?<prepared>\\d+) ms before, drained in (?<drained>\\d+) ms,"
              + " closed in (?<closed>\\d+) ms, started in (?<started>\\d+) ms"
              + "(?:, without a successor for (?<absent>\\d+) ms)?");

  /** Preparing comes before the gap. */
  private static final List<String> STEPS =
      List.of("whole", "prepared", "drained", "closed", "started", "absent");

  private final Map<String, Map<String, Times>> byEndpoint = new TreeMap<>();

  private SwapSteps() {}

  static SwapSteps in(List<String> log) {
    SwapSteps steps = new SwapSteps();
    log.stream().map(SWAP::matcher).filter(Matcher::find).forEach(steps::add);
    return steps;
  }

  /** A line for each endpoint; none where the log tells nothing. */
  List<String> report() {
    return byEndpoint.entrySet().stream()
        .map(
            entry ->
                "swap of '%s': %d times, p50/p99 in ms: %s"
                    .formatted(
                        entry.getKey(),
                        entry.getValue().get(STEPS.get(0)).count(),
                        describe(entry.getValue())))
        .toList();
  }

  private void add(Matcher swap) {
    Map<String, Times> times =
        byEndpoint.computeIfAbsent(swap.group("endpoint"), name -> new LinkedHashMap<>());
    STEPS.forEach(
        step -> times.computeIfAbsent(step, name -> new Times()).add(millis(swap.group(step))));
  }

  /** What a line does not tell of took no time. */
  private static long millis(String told) {
    return told == null ? 0 : Long.parseLong(told);
  }

  private static String describe(Map<String, Times> steps) {
    return steps.entrySet().stream()
        .map(
            step ->
                "%s %d/%d"
                    .formatted(
                        step.getKey(),
                        step.getValue().percentile(50),
                        step.getValue().percentile(99)))
        .collect(joining(", "));
  }
}
