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
 * @param requiredWhen the condition under which it must be given, when only then
 * @param usedWhen the condition under which it has a meaning, when only then
 * @param defaultValue what holds when it is not given
 * @param conditionalDefaults condition to default, where the default depends
 * @param choices the allowed values, empty when not enumerated
 * @param examples from the schema
 * @param constraint the range, pattern or length for people, may be empty
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
    Optional<String> requiredWhen,
    Optional<String> usedWhen,
    Optional<Object> defaultValue,
    Map<String, Object> conditionalDefaults,
    List<Object> choices,
    List<Object> examples,
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
}
