/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Objects;

/**
 * Renders message ids when they are asked for: a prefix, the message's position in decimal digits,
 * and a suffix, as they are or as URL-safe base64 of their UTF-8 bytes. One instance serves many
 * messages, so that an id costs a message no more than a reference and a number. Immutable.
 */
public final class MessageIdFormat {

  /** The position alone. */
  public static final MessageIdFormat DECIMAL = new MessageIdFormat("", "", false);

  private final String prefix;
  private final String suffix;
  private final boolean base64;

  private MessageIdFormat(String prefix, String suffix, boolean base64) {
    this.prefix = Objects.requireNonNull(prefix, "prefix");
    this.suffix = Objects.requireNonNull(suffix, "suffix");
    this.base64 = base64;
  }

  /**
   * Ids of prefix, position and suffix, as they are.
   *
   * @param prefix not null
   * @param suffix not null
   */
  public static MessageIdFormat plain(String prefix, String suffix) {
    return new MessageIdFormat(prefix, suffix, false);
  }

  /**
   * Ids of prefix, position and suffix, encoded as URL-safe base64 without padding.
   *
   * @param prefix not null
   * @param suffix not null
   */
  public static MessageIdFormat base64(String prefix, String suffix) {
    return new MessageIdFormat(prefix, suffix, true);
  }

  /** The id of the message at a position. */
  public String render(long position) {
    String text = prefix + position + suffix;
    return base64
        ? Base64.getUrlEncoder()
            .withoutPadding()
            .encodeToString(text.getBytes(StandardCharsets.UTF_8))
        : text;
  }
}
