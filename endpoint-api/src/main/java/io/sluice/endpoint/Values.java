/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint;

import java.lang.reflect.Array;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The kinds of value that headers, attributes and configurations may hold: JDK types only, so that
 * no value ties a host to the class loader of a plugin.
 */
final class Values {

  private Values() {}

  /**
   * The value itself if it is immutable by nature or a {@code byte[]}; a deep immutable copy of a
   * collection, array or map.
   *
   * @throws IllegalArgumentException if the value is of another kind
   */
  static Object immutable(String owner, Object value) {
    if (value instanceof String
        || value instanceof Long
        || value instanceof Integer
        || value instanceof byte[]
        || value instanceof Boolean
        || value instanceof Instant
        || isNumber(value)) {
      return value;
    }
    if (value instanceof Collection<?> collection) {
      return immutableList(owner, collection);
    }
    if (value instanceof Map<?, ?> map) {
      return immutableMap(owner, map);
    }
    if (value instanceof Character) {
      return value.toString();
    }
    if (value != null && value.getClass().isArray()) {
      return immutableArray(owner, value);
    }
    throw new IllegalArgumentException(
        "'"
            + owner
            + "' cannot hold a "
            + (value == null ? "null" : value.getClass().getName())
            + ": use byte[], String, Boolean, a JDK number, Instant, List or Map");
  }

  /** A deep immutable copy of a map of named values. */
  static Map<String, Object> immutableMap(Map<String, ?> values) {
    Map<String, Object> copy = new LinkedHashMap<>();
    values.forEach((name, value) -> copy.put(name, immutable(name, value)));
    return Collections.unmodifiableMap(copy);
  }

  /** Client id and override keys of a request; the values may be secret. */
  static String describe(String clientId, Map<String, Object> overrides) {
    String client = "clientId " + (clientId == null ? "-" : clientId);
    return overrides.isEmpty() ? client : client + ", overrides " + overrides.keySet();
  }

  private static boolean isNumber(Object value) {
    return value instanceof Number && value.getClass().getModule() == Object.class.getModule();
  }

  private static List<Object> immutableList(String owner, Collection<?> values) {
    List<Object> copy = new ArrayList<>(values.size());
    for (Object value : values) {
      copy.add(value == null ? null : immutable(owner, value));
    }
    return Collections.unmodifiableList(copy);
  }

  /** Config Admin knows arrays, of primitives too; readers shall need to know lists only. */
  private static List<Object> immutableArray(String owner, Object array) {
    List<Object> copy = new ArrayList<>(Array.getLength(array));
    for (int i = 0; i < Array.getLength(array); i++) {
      copy.add(Array.get(array, i));
    }
    return immutableList(owner, copy);
  }

  private static Map<String, Object> immutableMap(String owner, Map<?, ?> values) {
    Map<String, Object> copy = new LinkedHashMap<>();
    values.forEach(
        (key, value) ->
            copy.put(String.valueOf(key), value == null ? null : immutable(owner, value)));
    return Collections.unmodifiableMap(copy);
  }
}
