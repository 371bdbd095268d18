/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint;

import java.util.Objects;

/**
 * The JSON Schema (2020-12) of an endpoint type's configuration: the one source of its validation,
 * defaults, forms and reference page. Properties that are secret have {@code "format": "password"}.
 * Immutable.
 */
public final class ConfigurationSchema {

  private final String json;

  private ConfigurationSchema(String json) {
    this.json = Objects.requireNonNull(json, "json");
  }

  /**
   * A schema.
   *
   * @param json the text of a JSON Schema whose type is {@code object}, not null; it is not parsed
   *     here
   */
  public static ConfigurationSchema of(String json) {
    return new ConfigurationSchema(json);
  }

  /** The text of the schema, never null. */
  public String json() {
    return json;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ConfigurationSchema schema && schema.json.equals(json);
  }

  @Override
  public int hashCode() {
    return json.hashCode();
  }

  @Override
  public String toString() {
    return "ConfigurationSchema[" + json.length() + " characters]";
  }
}
