/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.schema;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One property of a schema, for forms, pages and tests.
 *
 * @param key the dotted key; {@code *} stands for the index of a list's entry, as in {@code
 *     headers.*.name}
 * @param title the label for people; the key's last part when the schema has none
 * @param description what it does, may be empty
 * @param type of the value; of a list's entries when {@code list}
 * @param list whether it takes several values
 * @param freeForm whether it is a map with keys of the operator's choice
 * @param secret whether its value must never be shown
 * @param required whether every configuration must give it
 * @param requiredWhen the conditions under which it must be given, when not always, such as {@code
 *     when security.ssl.enabled is true}
 * @param usedWhen the conditions under which it has a meaning, when not always
 * @param defaultValue what holds when it is not given and no conditional default applies
 * @param conditionalDefaults condition to default, where the default depends
 * @param choices the allowed values, empty when not enumerated
 * @param examples from the schema
 * @param minimum the lowest number allowed
 * @param maximum the highest number allowed
 * @param pattern the regular expression that text must match, unless the constraint words it
 * @param constraint the range, length or form for people, may be empty
 */
public record SchemaProperty(
    String key,
    String title,
    String description,
    Type type,
    boolean list,
    boolean freeForm,
    boolean secret,
    boolean required,
    List<String> requiredWhen,
    List<String> usedWhen,
    Optional<Object> defaultValue,
    Map<String, Object> conditionalDefaults,
    List<Object> choices,
    List<Object> examples,
    Optional<Number> minimum,
    Optional<Number> maximum,
    Optional<String> pattern,
    String constraint) {

  /** The types of JSON Schema that a configuration uses. */
  public enum Type {
    /** Text. */
    STRING,
    /** A whole number of 64 bits. */
    INTEGER,
    /** A decimal number. */
    NUMBER,
    /** True or false. */
    BOOLEAN,
    /** A nested object. */
    OBJECT
  }

  /** Whether it is an object that only groups other properties. */
  public boolean isSection() {
    return type == Type.OBJECT && !list && !freeForm;
  }

  /** Whether it belongs to the entries of a list or free-form map. */
  public boolean isEntry() {
    return key.contains("*");
  }
}
