/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.host.configuration;

import java.io.IOException;
import java.io.StringReader;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Finds the backslashes in the text of a {@code .cfg} file that begin no escape: {@link Properties}
 * drops them in silence, so that a password may be another one than was written.
 */
final class LostBackslashes {

  /** Quotes need no escape, but the documentation of {@link Properties} allows it. */
  private static final String ESCAPE = "\\\\[tnrfu\\\\:=#!\"' \t\f]";

  private final Set<String> keys = new LinkedHashSet<>();

  private LostBackslashes() {}

  /** What to warn people of; empty if no backslash is lost. Holds no values: they may be secret. */
  static Optional<String> warning(String text) throws IOException {
    LostBackslashes lost = new LostBackslashes();
    lost.search(text);
    return lost.keys.isEmpty() ? Optional.empty() : Optional.of(lost.describe());
  }

  private void search(String text) throws IOException {
    StringBuilder line = new StringBuilder();
    for (String part : text.lines().map(LostBackslashes::withoutIndent).toList()) {
      boolean comment = line.isEmpty() && (part.startsWith("#") || part.startsWith("!"));
      if (comment) {
        continue;
      }
      if (isContinued(part)) {
        line.append(part, 0, part.length() - 1);
      } else {
        check(line.append(part).toString());
        line.setLength(0);
      }
    }
    if (!line.isEmpty()) {
      check(line.append('\\').toString()); // the last line goes on to nothing
    }
  }

  private void check(String line) throws IOException {
    if (line.replaceAll(ESCAPE, "").contains("\\")) {
      Properties single = new Properties();
      single.load(new StringReader(line));
      keys.addAll(single.stringPropertyNames());
    }
  }

  private String describe() {
    return keys.stream().map(key -> "'" + key + "'").collect(Collectors.joining(", "))
        + ": a backslash that begins no escape is dropped; write \\\\ for a backslash";
  }

  private static String withoutIndent(String line) {
    return line.replaceFirst("^[ \t\f]+", "");
  }

  private static boolean isContinued(String part) {
    int backslashes = part.length() - part.replaceFirst("\\\\+$", "").length();
    return backslashes % 2 == 1;
  }
}
