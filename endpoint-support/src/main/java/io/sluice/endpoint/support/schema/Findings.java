/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.schema;

import io.sluice.endpoint.Violation;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Collects violations, one a mistake: a place that has one is settled and not complained about
 * again. Not safe for use by many threads.
 */
final class Findings {

  private final List<Violation> violations = new ArrayList<>();
  private final Set<String> settled = new HashSet<>();
  private final Set<String> excused = new HashSet<>();

  /** Findings that add to others: what those have settled or excused stays so. */
  static Findings after(Resolution... resolutions) {
    Findings findings = new Findings();
    for (Resolution resolution : resolutions) {
      findings.settled.addAll(resolution.findings().settled);
      findings.excused.addAll(resolution.findings().excused);
    }
    return findings;
  }

  void add(Location at, String message) {
    Violation violation = at.violation(message);
    if (!violations.contains(violation)) {
      violations.add(violation);
    }
    // The whole is never settled: several things may be missing in it.
    if (!at.pointer().isEmpty()) {
      settled.add(at.pointer());
    }
  }

  /** Takes it that nothing is missing at a place, as an unknown key was meant for it. */
  void excuse(Location at) {
    excused.add(at.pointer());
  }

  /** Whether a place, or one around it, has its violation. */
  boolean isSettled(String pointer) {
    return settled.stream().anyMatch(place -> JsonPointer.isWithin(pointer, place));
  }

  /** Whether it is known already why nothing, or nothing right, is at a place. */
  boolean isExplained(String pointer) {
    return excused.contains(pointer) || isSettled(pointer);
  }

  /** All, sorted by pointer. */
  List<Violation> sorted() {
    return violations.stream()
        .sorted(Comparator.comparing(Violation::pointer).thenComparing(Violation::message))
        .toList();
  }
}
