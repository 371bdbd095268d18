/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.schema;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Words the violation of a key that the schema does not know. */
final class UnknownKeys {

  /** Longer than any key of a schema; nearness is not worth computing beyond. */
  private static final int MAX_KEY_LENGTH = 80;

  private final SchemaNode root;
  private final List<String> all = new ArrayList<>();

  UnknownKeys(SchemaNode root) {
    this.root = root;
    collect(root);
  }

  /** Reports a key below a place. The value is not shown: it may be a misspelt secret. */
  void report(SchemaNode node, Location at, String key, Findings findings) {
    Location unknown = at.descendant(key);
    Optional<Location> meant = meant(node, at, key);
    String hint = meant.map(place -> "; did you mean '" + place.key() + "'?").orElse("");
    findings.add(unknown, "unknown key" + hint);
    meant.ifPresent(findings::excuse);
  }

  /** Reports every unknown key in a tree. */
  void report(Map<String, Object> tree, Findings findings) {
    walk(root, Location.ROOT, tree, findings);
  }

  private void walk(SchemaNode node, Location at, Object value, Findings findings) {
    if (value instanceof Map<?, ?> map && node.isObject()) {
      map.forEach((name, member) -> member(node, at, String.valueOf(name), member, findings));
    } else if (value instanceof List<?> list && node.isList()) {
      for (int i = 0; i < list.size(); i++) {
        walk(node.items(), at.child(String.valueOf(i)), list.get(i), findings);
      }
    }
  }

  private void member(SchemaNode node, Location at, String name, Object value, Findings findings) {
    SchemaNode child = node.child(name);
    if (child == null) {
      report(node, at, name, findings);
    } else {
      walk(child, at.child(name), value, findings);
    }
  }

  private Optional<Location> meant(SchemaNode node, Location at, String key) {
    if (key.length() > MAX_KEY_LENGTH) {
      return Optional.empty();
    }
    return NearestKey.of(key, node.properties().keySet())
        .map(at::child)
        .or(() -> NearestKey.of(at.descendant(key).key(), all).map(Location.ROOT::descendant));
  }

  private void collect(SchemaNode node) {
    for (SchemaNode child : node.properties().values()) {
      all.add(child.key());
      collect(child);
    }
  }
}
