/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * An endpoint's name and its properties as the host has them: nested maps, flat dotted keys, or a
 * mixture. Which keys nest is decided by the type's {@link ConfigurationSchema}, so it is the
 * factory that resolves them. Immutable.
 */
public final class EndpointConfiguration {

  private final String name;
  private final Map<String, Object> properties;

  private EndpointConfiguration(String name, Map<String, Object> properties) {
    this.name = name;
    this.properties = properties;
  }

  /**
   * A configuration.
   *
   * @param name the endpoint's name, not blank
   * @param properties strings, booleans, numbers, and lists and maps of these; copied. A null value
   *     counts as not set
   * @throws IllegalArgumentException if the name is blank or a value of another kind
   */
  public static EndpointConfiguration of(String name, Map<String, ?> properties) {
    Objects.requireNonNull(name, "name");
    if (name.isBlank()) {
      throw new IllegalArgumentException("an endpoint needs a name");
    }
    Map<String, Object> present = new LinkedHashMap<>();
    properties.forEach(
        (key, value) -> {
          if (value != null) {
            present.put(key, value);
          }
        });
    return new EndpointConfiguration(name, Values.immutableMap(present));
  }

  /** The endpoint's name, not blank. */
  public String name() {
    return name;
  }

  /** The properties, deeply immutable. */
  public Map<String, Object> properties() {
    return properties;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof EndpointConfiguration configuration
        && configuration.name.equals(name)
        && configuration.properties.equals(properties);
  }

  @Override
  public int hashCode() {
    return Objects.hash(name, properties);
  }

  /** The name and the keys: values may be secret. */
  @Override
  public String toString() {
    return "EndpointConfiguration[" + name + ", " + properties.keySet() + "]";
  }
}
