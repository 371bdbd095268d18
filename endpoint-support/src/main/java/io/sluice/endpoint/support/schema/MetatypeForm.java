/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.schema;

import com.google.gson.JsonElement;
import io.sluice.endpoint.EndpointType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The OSGi Metatype form of an endpoint type: what an {@code ObjectClassDefinition} says, without
 * the OSGi types, so that no endpoint bundle imports them.
 *
 * <p>A form is flat, so sections dissolve into dotted keys, and what has no field of its own (lists
 * of objects, free-form maps) is one field that takes JSON.
 *
 * @param id the factory PID, {@code io.sluice.endpoint.<type>}
 * @param name the type's title
 * @param description what the type is for
 * @param attributes one a property, in the order of the schema
 */
public record MetatypeForm(String id, String name, String description, List<Attribute> attributes) {

  /** Copies the list. */
  public MetatypeForm {
    attributes = List.copyOf(attributes);
  }

  /**
   * The form of a type.
   *
   * @throws IllegalArgumentException if its schema is none
   */
  public static MetatypeForm of(EndpointType type) {
    List<Attribute> attributes =
        EndpointSchema.of(type.schema()).properties().stream()
            .filter(property -> !property.isSection() && !property.isEntry())
            .map(MetatypeForm::attribute)
            .toList();
    return new MetatypeForm(
        "io.sluice.endpoint." + type.name(), type.title(), type.description(), attributes);
  }

  private static Attribute attribute(SchemaProperty property) {
    boolean json = isJson(property);
    return new Attribute(
        property.key(),
        property.title(),
        description(property, json),
        type(property, json),
        property.list() && !json ? Integer.MAX_VALUE : 0,
        defaultValue(property, json),
        property.choices().stream().map(String::valueOf).toList(),
        property.required(),
        property.minimum().map(MetatypeForm::text),
        property.maximum().map(MetatypeForm::text));
  }

  private static boolean isJson(SchemaProperty property) {
    return property.freeForm() || property.type() == SchemaProperty.Type.OBJECT;
  }

  private static String description(SchemaProperty property, boolean json) {
    List<String> sentences = new ArrayList<>();
    if (!property.description().isEmpty()) {
      sentences.add(property.description());
    }
    if (!property.constraint().isEmpty()) {
      sentences.add("Allowed: " + property.constraint() + ".");
    }
    property.pattern().ifPresent(pattern -> sentences.add("Pattern: " + pattern));
    property.requiredWhen().forEach(when -> sentences.add("Required " + when + "."));
    property.usedWhen().forEach(when -> sentences.add("Used " + when + "."));
    property
        .conditionalDefaults()
        .forEach((when, value) -> sentences.add("Default " + when + ": " + text(value) + "."));
    if (json) {
      sentences.add(property.list() ? "A JSON array of objects." : "A JSON object.");
    }
    return String.join(" ", sentences);
  }

  private static Type type(SchemaProperty property, boolean json) {
    if (property.secret()) {
      return Type.PASSWORD;
    }
    if (json) {
      return Type.STRING;
    }
    return switch (property.type()) {
      case STRING, OBJECT -> Type.STRING;
      case INTEGER -> Type.LONG;
      case NUMBER -> Type.DOUBLE;
      case BOOLEAN -> Type.BOOLEAN;
    };
  }

  private static List<String> defaultValue(SchemaProperty property, boolean json) {
    Optional<Object> value = property.defaultValue();
    if (value.isEmpty()) {
      return List.of();
    }
    return value.get() instanceof List<?> list && !json
        ? list.stream().map(MetatypeForm::text).toList()
        : List.of(text(value.get()));
  }

  private static String text(Object value) {
    JsonElement element = JsonCodec.encode(value);
    return Wording.text(element);
  }

  /**
   * One field of the form.
   *
   * @param id the dotted key
   * @param name the label
   * @param description for people, with conditions and form
   * @param type of one value
   * @param cardinality 0 for one value, {@link Integer#MAX_VALUE} for an array of any length
   * @param defaultValue as text, empty when there is none
   * @param options the allowed values, empty for any
   * @param required whether it must be given
   * @param minimum the lowest value allowed, as text
   * @param maximum the highest value allowed, as text
   */
  public record Attribute(
      String id,
      String name,
      String description,
      Type type,
      int cardinality,
      List<String> defaultValue,
      List<String> options,
      boolean required,
      Optional<String> minimum,
      Optional<String> maximum) {}

  /** The types of a field, with the code that {@code AttributeDefinition} gives them. */
  public enum Type {
    /** Text. */
    STRING(1),
    /** A whole number. */
    LONG(2),
    /** A decimal number. */
    DOUBLE(7),
    /** True or false. */
    BOOLEAN(11),
    /** Text that is not shown. */
    PASSWORD(12);

    private final int code;

    Type(int code) {
      this.code = code;
    }

    /** The value of the constant of the same name in {@code AttributeDefinition}. */
    public int code() {
      return code;
    }
  }
}
