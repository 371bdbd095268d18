/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.schema;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Hides what must not be shown: secrets, and all values that the schema does not know. */
final class Masking {

  static final String MASK = "***";

  private Masking() {}

  static Map<String, Object> mask(SchemaNode node, Map<?, ?> object) {
    Map<String, Object> masked = new LinkedHashMap<>();
    object.forEach(
        (key, value) -> {
          String name = String.valueOf(key);
          masked.put(name, value == null ? null : mask(node.child(name), value));
        });
    return Collections.unmodifiableMap(masked);
  }

  private static Object mask(SchemaNode node, Object value) {
    if (node == null || node.isSecret()) {
      return MASK;
    }
    if (value instanceof Map<?, ?> map) {
      return node.isAny() ? map : node.isObject() ? mask(node, map) : MASK;
    }
    if (value instanceof List<?> list) {
      return node.isAny() ? list : node.isList() ? maskItems(node.items(), list) : MASK;
    }
    boolean structure = node.types().stream().allMatch(SchemaProperty.Type.OBJECT::equals);
    return structure && !node.isAny() ? MASK : value;
  }

  private static List<Object> maskItems(SchemaNode items, List<?> list) {
    List<Object> masked = new ArrayList<>(list.size());
    list.forEach(item -> masked.add(item == null ? null : mask(items, item)));
    return Collections.unmodifiableList(masked);
  }
}
