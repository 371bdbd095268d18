/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.tck;

import java.util.LinkedHashMap;
import java.util.Map;

/** The two forms in which a host may hand over properties. */
final class PropertyForms {

  private PropertyForms() {}

  /** Flat dotted keys; lists stay as they are. */
  static Map<String, Object> dotted(Map<String, Object> properties) {
    Map<String, Object> flat = new LinkedHashMap<>();
    flatten("", properties, flat);
    return flat;
  }

  /** Nested maps as far as the schema knows the names; what follows is one verbatim key. */
  static Map<String, Object> nested(Map<String, Object> properties, SchemaView schema) {
    Map<String, Object> tree = new LinkedHashMap<>();
    dotted(properties).forEach((key, value) -> put(tree, "", key, value, schema));
    return tree;
  }

  /** A copy with one dotted key set. */
  static Map<String, Object> with(Map<String, Object> properties, String key, Object value) {
    Map<String, Object> copy = dotted(properties);
    copy.put(key, value);
    return copy;
  }

  private static void flatten(String prefix, Map<?, ?> properties, Map<String, Object> flat) {
    properties.forEach(
        (key, value) -> {
          if (value instanceof Map<?, ?> map && !map.isEmpty()) {
            flatten(prefix + key + ".", map, flat);
          } else {
            flat.put(prefix + key, value);
          }
        });
  }

  @SuppressWarnings("unchecked")
  private static void put(
      Map<String, Object> tree, String prefix, String key, Object value, SchemaView schema) {
    int dot = key.indexOf('.');
    if (dot < 0 || !schema.has(prefix + key.substring(0, dot))) {
      tree.put(key, value);
      return;
    }
    String name = key.substring(0, dot);
    Object child = tree.computeIfAbsent(name, absent -> new LinkedHashMap<>());
    String rest = key.substring(dot + 1);
    put((Map<String, Object>) child, prefix + name + ".", rest, value, schema);
  }
}
