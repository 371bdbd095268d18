/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.schema;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Placeholders such as {@code $[env:NAME]}, which the Felix interpolation plugin fills in before a
 * configuration is read, and the text {@code $\[env:NAME]}, which stands for {@code $[env:NAME]}
 * itself. The plugin has an escape of its own, but takes it away: what it leaves looks like a
 * placeholder without a value. Ours it does not know, so that it is still there to be told apart.
 */
final class Placeholders {

  private static final String KIND = "(env|secret|prop|conf):";
  private static final Pattern UNRESOLVED = Pattern.compile("\\$\\[" + KIND + "[^\\]]*]?");
  private static final Pattern ESCAPED = Pattern.compile("\\$\\\\\\[(?=" + KIND + ")");

  private Placeholders() {}

  /** The first placeholder that nothing was filled in for; its first group is the kind. */
  static Optional<MatchResult> unresolved(String text) {
    Matcher placeholder = UNRESOLVED.matcher(text);
    return placeholder.find() ? Optional.of(placeholder.toMatchResult()) : Optional.empty();
  }

  /** The tree with the texts that escaped placeholders stand for; immutable. */
  static Map<String, Object> unescaped(Map<String, Object> tree) {
    Map<String, Object> copy = new LinkedHashMap<>();
    tree.forEach((key, value) -> copy.put(key, unescaped(value)));
    return Collections.unmodifiableMap(copy);
  }

  @SuppressWarnings("unchecked")
  private static Object unescaped(Object value) {
    if (value instanceof String text) {
      return ESCAPED.matcher(text).replaceAll("\\$[");
    }
    if (value instanceof List<?> list) {
      List<Object> copy = new ArrayList<>(list.size());
      list.forEach(item -> copy.add(unescaped(item)));
      return Collections.unmodifiableList(copy);
    }
    return value instanceof Map<?, ?> map ? unescaped((Map<String, Object>) map) : value;
  }
}
