/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.rabbitmq.internal;

import java.nio.charset.StandardCharsets;

/** The short strings of AMQP: names, keys and properties. */
final class ShortText {

  /** The length of the longest, in bytes of UTF-8. */
  static final int MAX_BYTES = 255;

  private static final int MAX_BYTES_PER_CHAR = 3;

  private ShortText() {}

  /** Whether a text is short enough. */
  static boolean fits(String text) {
    int length = text.length();
    return length * (long) MAX_BYTES_PER_CHAR <= MAX_BYTES
        || length <= MAX_BYTES && text.getBytes(StandardCharsets.UTF_8).length <= MAX_BYTES;
  }
}
