/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.schema;

import com.google.gson.JsonElement;
import io.sluice.endpoint.support.schema.SchemaProperty.Type;
import java.lang.reflect.Array;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.MatchResult;

/**
 * Reads one value as the schema wants it: text as number, boolean, list or JSON; arrays as lists. A
 * value that cannot be read stays as it is, for the validation to name it with all that it knows.
 */
final class ValueReader {

  private static final int MAX_DEPTH = 50;

  private static final SchemaNode OPEN = new SchemaNode("", new SchemaNode.Parts());

  private final Findings findings;

  ValueReader(Findings findings) {
    this.findings = findings;
  }

  /** The value; null when there is none, or when it has gone to the findings. */
  Object read(SchemaNode node, Location at, Object value) {
    if (value instanceof String || value instanceof Character || value instanceof Enum<?>) {
      return text(node, at, value.toString());
    }
    if (value instanceof Boolean flag) {
      return onlyText(node) ? flag.toString() : wrapped(node, flag);
    }
    if (value instanceof Number number) {
      return number(node, number);
    }
    return structure(node, at, value);
  }

  private Object text(SchemaNode node, Location at, String text) {
    boolean structure = !node.allows(Type.STRING);
    if (structure && node.isList()) {
      return list(node, at, text);
    }
    if (structure && node.isObject() && text.trim().startsWith("{")) {
      return json(at, text);
    }
    return plain(node, at, text);
  }

  private Object plain(SchemaNode node, Location at, String text) {
    Optional<MatchResult> placeholder = Placeholders.unresolved(text);
    if (placeholder.isPresent()) {
      // Within a secret even the name of a variable may be a part of it.
      MatchResult match = placeholder.get();
      String which = node.isShowable() ? " " + match.group() : " of " + match.group(1);
      findings.add(
          at, "unresolved placeholder" + which + "; for the text itself, begin it with $\\[");
      return text;
    }
    return node.keepsText() ? text : scalar(node, text.trim()).orElse(text);
  }

  private Optional<Object> scalar(SchemaNode node, String text) {
    if (node.allows(Type.INTEGER)) {
      Optional<Long> whole = Numbers.wholeInAnyNotation(text);
      if (whole.isPresent()) {
        return Optional.of(whole.get());
      }
    }
    if (node.allows(Type.NUMBER) && Numbers.decimal(text).isPresent()) {
      return Optional.of(Numbers.canonical(text));
    }
    if (node.allows(Type.BOOLEAN) && text.toLowerCase(Locale.ROOT).matches("true|false")) {
      return Optional.of(Boolean.valueOf(text));
    }
    return Optional.empty();
  }

  private Object list(SchemaNode node, Location at, String text) {
    String trimmed = text.trim();
    if (trimmed.startsWith("[")) {
      Optional<Object> parsed = tryJson(trimmed);
      // An IPv6 address begins like a JSON array, too.
      if (parsed.isPresent() || trimmed.matches("(?s)\\[\\s*[\\[{\"].*")) {
        return parsed.orElseGet(() -> json(at, trimmed));
      }
    }
    if (node.items().isObject()) {
      return trimmed.isEmpty() ? List.of() : plain(node, at, text);
    }
    return Arrays.stream(text.split(",")).map(String::trim).filter(s -> !s.isEmpty()).toList();
  }

  private Object number(SchemaNode node, Number number) {
    if (onlyText(node)) {
      return number.toString();
    }
    if (node.types().contains(Type.INTEGER) && Numbers.whole(number).isPresent()) {
      return Numbers.whole(number).get();
    }
    Object canonical = Numbers.canonical(number);
    if (canonical instanceof Double && node.types().equals(Set.of(Type.INTEGER))) {
      return canonical.toString(); // none that can be used, though it may be whole
    }
    return wrapped(node, canonical);
  }

  private Object structure(SchemaNode node, Location at, Object value) {
    if (value instanceof Map<?, ?> || value instanceof Collection<?> || isArray(value)) {
      boolean known = value instanceof Map<?, ?> ? node.isObject() || node.isList() : node.isList();
      return known ? members(value) : new OpenCopy(at).of(value);
    }
    findings.add(at, "cannot hold a " + value.getClass().getName());
    return null;
  }

  /** A structure whose members the resolver goes on with. */
  private static Object members(Object value) {
    return value instanceof Map<?, ?> ? value : elements(value);
  }

  private Object json(Location at, String text) {
    try {
      return JsonCodec.decode(JsonCodec.parse(text));
    } catch (IllegalArgumentException e) {
      findings.add(at, e.getMessage());
      return null;
    }
  }

  private static Optional<Object> tryJson(String text) {
    try {
      JsonElement element = JsonCodec.parse(text);
      return Optional.of(JsonCodec.decode(element));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** A single value stands for the list of it. */
  private static Object wrapped(SchemaNode node, Object value) {
    boolean single = node.isList() && node.types().isEmpty() && !node.items().isObject();
    return single ? List.of(value) : value;
  }

  private static boolean onlyText(SchemaNode node) {
    return !node.isList() && node.types().equals(Set.of(Type.STRING));
  }

  private static boolean isArray(Object value) {
    return value.getClass().isArray();
  }

  /** The elements of a collection or array of any kind. */
  private static List<Object> elements(Object value) {
    if (value instanceof Collection<?> collection) {
      return new ArrayList<>(collection);
    }
    List<Object> elements = new ArrayList<>();
    for (int i = 0; i < Array.getLength(value); i++) {
      elements.add(Array.get(value, i));
    }
    return elements;
  }

  /** Copies a structure that the schema leaves open. */
  private final class OpenCopy {

    private final Location at;
    private final Deque<Object> around = new ArrayDeque<>();

    OpenCopy(Location at) {
      this.at = at;
    }

    Object of(Object value) {
      if (!(value instanceof Map<?, ?> || value instanceof Collection<?> || isArray(value))) {
        return value instanceof Boolean ? value : read(OPEN, at, value);
      }
      boolean cyclic = around.stream().anyMatch(outer -> outer == value);
      if (cyclic || around.size() > MAX_DEPTH) {
        findings.add(at, "is nested too deeply");
        return null;
      }
      around.push(value);
      Object copy = value instanceof Map<?, ?> map ? map(map) : list(elements(value));
      around.pop();
      return copy;
    }

    private Map<String, Object> map(Map<?, ?> map) {
      Map<String, Object> copy = new LinkedHashMap<>();
      map.forEach(
          (key, member) -> {
            Object read = member == null ? null : of(member);
            if (read != null) {
              copy.put(String.valueOf(key), read);
            }
          });
      return Collections.unmodifiableMap(copy);
    }

    private List<Object> list(List<Object> items) {
      List<Object> copy = new ArrayList<>(items.size());
      items.forEach(item -> copy.add(item == null ? null : of(item)));
      return Collections.unmodifiableList(copy);
    }
  }
}
