/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.mock.internal;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Content with {@code {{index}}}, {@code {{timestamp}}} and {@code {{uuid}}} to be filled in; other
 * braces stay as they are. The UUID of an index is the same at each rendering by one template.
 * Immutable.
 */
final class MessageTemplate {

  private static final Pattern PLACEHOLDER =
      Pattern.compile("\\{\\{\\s*(index|timestamp|uuid)\\s*}}");

  /** One piece of the content. */
  private interface Part {
    void appendTo(StringBuilder content, long index, long timestampMillis);
  }

  private final List<Part> parts = new ArrayList<>();
  private final long uuidSeed;

  /**
   * A template.
   *
   * @param uuidSeed sets the UUIDs of this template apart from those of others
   */
  MessageTemplate(String content, long uuidSeed) {
    this.uuidSeed = uuidSeed;
    Matcher placeholder = PLACEHOLDER.matcher(content);
    int end = 0;
    while (placeholder.find()) {
      addText(content.substring(end, placeholder.start()));
      parts.add(part(placeholder.group(1)));
      end = placeholder.end();
    }
    addText(content.substring(end));
  }

  /** The content of the message with an index, in UTF-8. */
  byte[] render(long index, long timestampMillis) {
    StringBuilder content = new StringBuilder();
    for (Part part : parts) {
      part.appendTo(content, index, timestampMillis);
    }
    return content.toString().getBytes(StandardCharsets.UTF_8);
  }

  private void addText(String text) {
    if (!text.isEmpty()) {
      parts.add((content, index, timestamp) -> content.append(text));
    }
  }

  private Part part(String placeholder) {
    return switch (placeholder) {
      case "index" -> (content, index, timestamp) -> content.append(index);
      case "timestamp" ->
          (content, index, timestamp) -> content.append(Instant.ofEpochMilli(timestamp));
      default -> (content, index, timestamp) -> content.append(uuid(index));
    };
  }

  /** A UUID of version 4 whose random bits follow from the seed and the index. */
  private UUID uuid(long index) {
    SplittableRandom random = new SplittableRandom(uuidSeed + index);
    long most = random.nextLong() & ~0xF000L | 0x4000L;
    long least = random.nextLong() >>> 2 | 0x8000_0000_0000_0000L;
    return new UUID(most, least);
  }
}
