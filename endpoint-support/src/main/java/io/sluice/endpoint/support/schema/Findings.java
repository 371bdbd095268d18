/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.schema;

import io.sluice.endpoint.Violation;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Collects violations, one a mistake: places that a violation was found for, or that an unknown key
 * was meant for, are settled and not complained about again. Not safe for use by many threads.
 */
final class Findings {

  private final List<Violation> violations = new ArrayList<>();
  private final Set<String> settled = new HashSet<>();

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

  /** Marks a place that needs no violation of its own any more. */
  void settle(Location at) {
    settled.add(at.pointer());
  }

  /** Whether a place, or one around it, has been dealt with. */
  boolean isSettled(String pointer) {
    return settled.stream().anyMatch(place -> JsonPointer.isWithin(pointer, place));
  }

  /** All, sorted by pointer. */
  List<Violation> sorted() {
    return violations.stream()
        .sorted(Comparator.comparing(Violation::pointer).thenComparing(Violation::message))
        .toList();
  }
}
