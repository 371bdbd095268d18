/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.schema;

import io.sluice.endpoint.Violation;

/**
 * A place in a configuration, in both notations.
 *
 * @param pointer JSON Pointer (RFC 6901), empty for the whole
 * @param key the dotted key, empty for the whole
 */
record Location(String pointer, String key) {

  static final Location ROOT = new Location("", "");

  /** The place that a JSON Pointer names. */
  static Location of(String pointer) {
    Location location = ROOT;
    for (String token : JsonPointer.tokens(pointer)) {
      location = location.child(token);
    }
    return location;
  }

  Location child(String name) {
    return new Location(JsonPointer.child(pointer, name), join(key, name));
  }

  /** A key below another one, which may be empty. */
  static String join(String key, String name) {
    return key.isEmpty() ? name : key + "." + name;
  }

  /** The place of a dotted key below this one, each part a level of its own. */
  Location descendant(String dottedKey) {
    Location location = this;
    for (String name : dottedKey.split("\\.", -1)) {
      location = location.child(name);
    }
    return location;
  }

  Violation violation(String message) {
    return Violation.of(pointer, key, message);
  }
}
