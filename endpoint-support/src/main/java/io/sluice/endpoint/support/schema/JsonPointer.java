/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.schema;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** The notation of RFC 6901. */
final class JsonPointer {

  private JsonPointer() {}

  static String child(String pointer, String token) {
    return pointer + "/" + token.replace("~", "~0").replace("/", "~1");
  }

  /** The unescaped tokens, none for the empty pointer. */
  static List<String> tokens(String pointer) {
    if (pointer.isEmpty()) {
      return List.of();
    }
    return Arrays.stream(pointer.substring(1).split("/", -1))
        .map(token -> token.replace("~1", "/").replace("~0", "~"))
        .collect(Collectors.toList());
  }

  /** Whether a pointer names the place of another one, or a place below. */
  static boolean isWithin(String pointer, String ancestor) {
    return pointer.equals(ancestor) || pointer.startsWith(ancestor + "/");
  }
}
