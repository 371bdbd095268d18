/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.runtime.internal.configuration;

import io.sluice.endpoint.runtime.EndpointRuntime;
import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Dictionary;
import java.util.Enumeration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * One factory configuration as Config Admin holds it, without the keys of Config Admin and of the
 * agents that write into it. Arrays and vectors have become lists, so that equal configurations are
 * equal objects. Immutable.
 *
 * @param pid the configuration's own PID
 * @param factoryPid its factory PID
 * @param properties by key, in the order of the keys
 */
public record StoredConfiguration(String pid, String factoryPid, Map<String, Object> properties) {

  /** What keys begin with that Config Admin and the agents of hosts add, or keep to themselves. */
  private static final List<String> FOREIGN_KEYS =
      List.of(
          "service.", "felix.", "org.apache.felix.", "org.apache.karaf.", ":configurator:", ".");

  public StoredConfiguration {
    properties = Collections.unmodifiableMap(new TreeMap<>(properties));
  }

  static StoredConfiguration of(
      String pid, String factoryPid, Dictionary<String, Object> dictionary) {
    Map<String, Object> properties = new TreeMap<>();
    Enumeration<String> keys = dictionary.keys();
    while (keys.hasMoreElements()) {
      String key = keys.nextElement();
      if (FOREIGN_KEYS.stream().noneMatch(key::startsWith)) {
        properties.put(key, comparable(dictionary.get(key)));
      }
    }
    return new StoredConfiguration(pid, factoryPid, properties);
  }

  /** Why the host could not read it; empty if it could. */
  public Optional<String> problem() {
    return Optional.ofNullable(properties.get(EndpointRuntime.CONFIGURATION_PROBLEM))
        .map(Object::toString);
  }

  /** What the name defaults to: the part of the PID that follows the tilde, or nothing. */
  String nameInPid() {
    int tilde = pid.indexOf('~');
    return tilde < 0 ? "" : pid.substring(tilde + 1);
  }

  /** The keys alone: values may be secret. */
  @Override
  public String toString() {
    return pid + properties.keySet();
  }

  private static Object comparable(Object value) {
    if (value instanceof Collection<?> collection) {
      return List.copyOf(collection);
    }
    if (value.getClass().isArray()) {
      List<Object> elements = new ArrayList<>();
      for (int i = 0; i < Array.getLength(value); i++) {
        elements.add(Array.get(value, i));
      }
      return Collections.unmodifiableList(elements);
    }
    return value instanceof Character ? value.toString() : value;
  }
}
