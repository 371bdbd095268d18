/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.host.dropin;

import java.io.File;

/**
 * The location of a bundle that came out of the load folder. Successive bundles of one file have
 * locations of their own, so that one can be there beside the other.
 */
final class Origin {

  static final String PREFIX = "dropin:";

  private static final String NEXT = "#next";

  private Origin() {}

  static String location(File file) {
    return PREFIX + file.getAbsolutePath();
  }

  /** Another location than the bundle of a file has that is there. */
  static String nextLocation(File file, String present) {
    String first = location(file);
    return present.equals(first) ? first + NEXT : first;
  }

  static File file(String location) {
    String path = location.substring(PREFIX.length());
    return new File(path.endsWith(NEXT) ? path.substring(0, path.length() - NEXT.length()) : path);
  }
}
