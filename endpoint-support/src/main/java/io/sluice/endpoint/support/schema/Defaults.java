/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.schema;

import com.google.gson.JsonElement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Fills in defaults. A default may decide a condition and a condition bring another default, so
 * rounds are made, each with the conditions as the previous one left them, until nothing changes.
 */
final class Defaults {

  /** More than any sensible schema chains; ends the rounds of one that contradicts itself. */
  private static final int MAX_ROUNDS = 10;

  private final SchemaNode root;
  private final Condition.Test test;

  Defaults(SchemaNode root, Condition.Test test) {
    this.root = root;
    this.test = test;
  }

  Map<String, Object> fillIn(Map<String, Object> given) {
    Map<String, Object> previous = given;
    for (int round = 0; round < MAX_ROUNDS; round++) {
      Map<String, Object> filled = object(root, given, previous, Set.of());
      if (filled.equals(previous)) {
        return filled;
      }
      previous = filled;
    }
    return previous;
  }

  private Map<String, Object> object(
      SchemaNode node,
      Map<String, Object> given,
      Map<String, Object> previous,
      Set<Condition> outer) {
    Set<Condition> active = active(node, previous, outer);
    Set<String> required = node.requiredIn(active);
    Map<String, Object> filled = new LinkedHashMap<>();
    node.properties()
        .forEach(
            (name, child) -> {
              Object value = given.get(name);
              Object before = previous.get(name);
              Object full =
                  value == null
                      ? absent(child, before, active, required.contains(name))
                      : present(child, value, before, active);
              if (full != null) {
                filled.put(name, full);
              }
            });
    given.forEach(
        (name, value) ->
            filled.computeIfAbsent(
                name, n -> present(node.child(n), value, previous.get(n), active)));
    return Collections.unmodifiableMap(filled);
  }

  private Object present(SchemaNode node, Object given, Object previous, Set<Condition> active) {
    if (node == null) {
      return given;
    }
    if (given instanceof Map<?, ?> && node.isObject()) {
      return object(node, map(given), map(previous), active);
    }
    if (given instanceof List<?> items && node.isList()) {
      List<Object> filled = new ArrayList<>(items.size());
      for (Object item : items) {
        Object before =
            previous instanceof List<?> list && list.size() > filled.size()
                ? list.get(filled.size())
                : null;
        filled.add(present(node.items(), item, before, active));
      }
      return Collections.unmodifiableList(filled);
    }
    return given;
  }

  private Object absent(SchemaNode node, Object previous, Set<Condition> active, boolean required) {
    Optional<JsonElement> value = node.defaultIn(active);
    if (value.isPresent()) {
      return present(node, JsonCodec.decode(value.get()), previous, active);
    }
    if (!node.isObject() || node.isList() || node.properties().isEmpty()) {
      return null;
    }
    // Conditions say little about an object that is not there yet: fill it in before they decide.
    Map<String, Object> before =
        previous == null ? object(node, Map.of(), Map.of(), active) : map(previous);
    Map<String, Object> filled = object(node, Map.of(), before, active);
    // An optional object comes into being only when it is right as it is: the user did not ask for
    // it.
    boolean welcome = required || (!filled.isEmpty() && isAccepted(node, filled, active));
    return welcome ? filled : null;
  }

  /** Judged by what always applies: of conditions some are still undecided while it is absent. */
  private boolean isAccepted(SchemaNode node, Map<String, Object> value, Set<Condition> active) {
    return node.active(active).noneMatch(Fragment::forbids)
        && node.fragments().stream()
            .filter(fragment -> fragment.when() == null)
            .allMatch(fragment -> test.accepts(fragment.pointer(), value));
  }

  private Set<Condition> active(SchemaNode node, Map<String, Object> object, Set<Condition> outer) {
    if (node.conditions().isEmpty()) {
      return outer;
    }
    Set<Condition> active = Collections.newSetFromMap(new IdentityHashMap<>());
    active.addAll(outer);
    for (Condition condition : node.conditions()) {
      boolean reached = condition.parent() == null || active.contains(condition.parent());
      if (reached && condition.holds(object, test)) {
        active.add(condition);
      }
    }
    return active;
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> map(Object value) {
    return value instanceof Map<?, ?> ? (Map<String, Object>) value : Map.of();
  }
}
