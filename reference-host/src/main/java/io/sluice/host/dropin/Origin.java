/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.host.dropin;

import java.io.File;

/** The location of a bundle that came out of the load folder. */
final class Origin {

  static final String PREFIX = "dropin:";

  private Origin() {}

  static String location(File file) {
    return PREFIX + file.getAbsolutePath();
  }

  static File file(String location) {
    return new File(location.substring(PREFIX.length()));
  }
}
