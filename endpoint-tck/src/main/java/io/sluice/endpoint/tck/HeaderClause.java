/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.tck;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** One clause of an OSGi manifest header: {@code name;attribute=value;directive:=value}. */
final class HeaderClause {

  private final String name;
  private final Map<String, String> parameters;

  private HeaderClause(String name, Map<String, String> parameters) {
    this.name = name;
    this.parameters = parameters;
  }

  /** The clauses of a header's value; none for null. */
  static List<HeaderClause> parse(String header) {
    List<HeaderClause> clauses = new ArrayList<>();
    if (header != null && !header.isBlank()) {
      split(header, ',').forEach(clause -> addAll(clauses, clause));
    }
    return clauses;
  }

  private static void addAll(List<HeaderClause> clauses, String text) {
    List<String> names = new ArrayList<>();
    Map<String, String> parameters = new LinkedHashMap<>();
    for (String part : split(text, ';')) {
      int equals = part.indexOf('=');
      if (equals < 0) {
        names.add(part.trim());
      } else {
        boolean directive = equals > 0 && part.charAt(equals - 1) == ':';
        String key = part.substring(0, directive ? equals - 1 : equals).trim();
        int type = directive ? -1 : key.indexOf(':');
        String plain = type < 0 ? key : key.substring(0, type);
        String value = part.substring(equals + 1).trim().replaceAll("^\"|\"$", "");
        parameters.put(directive ? plain + ":" : plain, value);
      }
    }
    names.forEach(name -> clauses.add(new HeaderClause(name, parameters)));
  }

  private static List<String> split(String text, char separator) {
    List<String> parts = new ArrayList<>();
    StringBuilder part = new StringBuilder();
    boolean quoted = false;
    for (char c : text.toCharArray()) {
      quoted ^= c == '"';
      if (c == separator && !quoted) {
        parts.add(part.toString());
        part.setLength(0);
      } else {
        part.append(c);
      }
    }
    parts.add(part.toString());
    return parts;
  }

  String name() {
    return name;
  }

  /** The value of an attribute without its type; empty if there is none. */
  String attribute(String key) {
    return parameters.getOrDefault(key, "");
  }

  /** The value of a directive; empty if there is none. */
  String directive(String key) {
    return parameters.getOrDefault(key + ":", "");
  }

  @Override
  public String toString() {
    return name + parameters;
  }
}
