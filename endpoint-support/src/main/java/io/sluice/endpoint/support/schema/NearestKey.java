/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.schema;

import java.util.Collection;
import java.util.Locale;
import java.util.Optional;

/** Finds what the writer of an unknown key may have meant. */
final class NearestKey {

  private NearestKey() {}

  /** The known key nearest to an unknown one, if any is near enough to be what was meant. */
  static Optional<String> of(String unknown, Collection<String> known) {
    String nearest = null;
    // A third of the last part may be wrong, three letters at most.
    int lastPart = unknown.length() - unknown.lastIndexOf('.') - 1;
    int least = Math.max(1, Math.min(3, lastPart / 3)) + 1;
    for (String candidate : known) {
      int distance = distance(unknown.toLowerCase(Locale.ROOT), candidate.toLowerCase(Locale.ROOT));
      if (distance < least) {
        least = distance;
        nearest = candidate;
      }
    }
    return Optional.ofNullable(nearest).or(() -> endingWith(unknown, known));
  }

  /** A key whose first parts were left out. */
  private static Optional<String> endingWith(String unknown, Collection<String> known) {
    return known.stream().filter(key -> key.endsWith("." + unknown)).findFirst();
  }

  /** Edits between two words; two neighbours that changed places count as one edit. */
  static int distance(String a, String b) {
    int[][] edits = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        edits[i][j] = i == 0 || j == 0 ? i + j : step(edits, a, b, i, j);
      }
    }
    return edits[a.length()][b.length()];
  }

  private static int step(int[][] edits, String a, String b, int i, int j) {
    int replaced = edits[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
    int least = Math.min(replaced, Math.min(edits[i - 1][j], edits[i][j - 1]) + 1);
    boolean swapped =
        i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
    return swapped ? Math.min(least, edits[i - 2][j - 2] + 1) : least;
  }
}
