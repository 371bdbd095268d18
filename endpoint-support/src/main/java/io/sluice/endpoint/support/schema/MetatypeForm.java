package io.sluice.endpoint.support.schema;

import io.sluice.endpoint.EndpointType;
import java.util.List;
import java.util.Optional;

/**
 * The OSGi Metatype form of an endpoint type: what an {@code ObjectClassDefinition} says, without
 * the OSGi types, so that no endpoint bundle imports them.
 *
 * @param id the factory PID, {@code io.sluice.endpoint.<type>}
 * @param name the type's title
 * @param description what the type is for
 * @param attributes one a property, in the order of the schema
 */
public record MetatypeForm(
    String id, String name, String description, List<Attribute> attributes) {

  /** The form of a type. */
  public static MetatypeForm of(EndpointType type) {
    throw new UnsupportedOperationException();
  }

  /**
   * One field of the form.
   *
   * @param id the dotted key
   * @param name the label
   * @param description for people, with condition, unit and form
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
