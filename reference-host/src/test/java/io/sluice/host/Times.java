/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.host;

import java.util.ArrayList;
import java.util.List;

/** How long something took, again and again. */
final class Times {

  private final List<Long> millis = new ArrayList<>();

  void add(long another) {
    millis.add(another);
  }

  int count() {
    return millis.size();
  }

  /** By nearest rank; 100 is the longest. */
  long percentile(int percent) {
    List<Long> sorted = millis.stream().sorted().toList();
    return sorted.get((int) Math.ceil(percent / 100.0 * sorted.size()) - 1);
  }
}
