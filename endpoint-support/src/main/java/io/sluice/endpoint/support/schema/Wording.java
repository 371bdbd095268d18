/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.schema;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.sluice.endpoint.support.schema.SchemaProperty.Type;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Says what a schema wants, to people. Of the configuration only {@link #shown} tells anything. */
final class Wording {

  private static final int MAX_VALUE_LENGTH = 60;

  private Wording() {}

  /** What a failed keyword wants of a value, as in {@code must be at least 1}. */
  static String demand(String keyword, JsonObject schema, SchemaNode node) {
    boolean worded = schema.has("errorMessage") && !keyword.equals("type");
    if (worded && schema.get("errorMessage").isJsonPrimitive()) {
      return schema.get("errorMessage").getAsString();
    }
    JsonElement value = schema.get(keyword);
    return switch (keyword) {
      case "type" -> "must be " + type(node) + suffix(range(schema));
      case "enum" -> "must be one of " + String.join(", ", fixedValues(schema));
      case "const" -> "must be " + text(value);
      case "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum" ->
          "must be " + range(schema);
      case "multipleOf" -> "must be a multiple of " + text(value);
      case "minLength", "maxLength" -> lengthDemand(schema);
      case "maxBytes" -> "must have " + bytes(schema);
      case "pattern" -> "must match the pattern " + text(value);
      case "format" -> "must be " + article(formatName(text(value)));
      case "minItems", "maxItems" -> "must have " + count(schema, "Items", "entries");
      case "minProperties", "maxProperties" -> "must have " + count(schema, "Properties", "keys");
      case "uniqueItems" -> "must not repeat an entry";
      case "propertyNames" -> "has a key that is not allowed";
      case "contains", "minContains", "maxContains" -> "lacks an entry that must be in it";
      default -> "is not allowed";
    };
  }

  /** The range, length, count or form that a schema gives, for a page; may be empty. */
  static String constraint(JsonObject schema) {
    List<String> parts = new ArrayList<>();
    addIfPresent(parts, range(schema));
    addIfPresent(parts, isNonEmpty(schema) ? "not empty" : count(schema, "Length", "characters"));
    addIfPresent(parts, schema.has("maxBytes") ? bytes(schema) : "");
    addIfPresent(parts, count(schema, "Items", "entries"));
    if (schema.has("pattern") && schema.has("errorMessage")) {
      parts.add(text(schema.get("errorMessage")));
    }
    if (schema.has("format") && !text(schema.get("format")).equals("password")) {
      parts.add(formatName(text(schema.get("format"))));
    }
    return String.join(", ", parts);
  }

  /** The value as {@code , is …}; nothing if it may be secret or is known by its key anyway. */
  static String shown(SchemaNode node, Object value) {
    if (value == null) {
      return ", is null";
    }
    if (value instanceof Map<?, ?>) {
      return node.isObject() ? "" : ", is an object";
    }
    if (value instanceof List<?>) {
      return node.isList() ? "" : ", is a list";
    }
    if (!node.isShowable() || holdsSecrets(node)) {
      return "";
    }
    String text = String.valueOf(value);
    if (text.isEmpty()) {
      return ", is empty";
    }
    String cut =
        text.length() > MAX_VALUE_LENGTH ? text.substring(0, MAX_VALUE_LENGTH) + "…" : text;
    return ", is " + (value instanceof String ? "'" + cut + "'" : cut);
  }

  /** The types that a place takes. */
  static String type(SchemaNode node) {
    List<String> names = new ArrayList<>();
    for (Type type : node.types()) {
      names.add(
          switch (type) {
            case STRING -> "text";
            case INTEGER -> "a whole number";
            case NUMBER -> "a number";
            case BOOLEAN -> "true or false";
            case OBJECT -> "an object";
          });
    }
    if (node.isList()) {
      names.add("a list");
    }
    return String.join(" or ", names);
  }

  /** The values that {@code const} and {@code enum} of a schema allow. */
  static List<String> fixedValues(JsonObject schema) {
    if (schema.has("const")) {
      return List.of(text(schema.get("const")));
    }
    return schema.has("enum")
        ? schema.getAsJsonArray("enum").asList().stream().map(Wording::quoted).toList()
        : List.of();
  }

  static String text(JsonElement value) {
    return value.isJsonPrimitive() ? value.getAsString() : value.toString();
  }

  private static String quoted(JsonElement value) {
    return text(value).isEmpty() ? "''" : text(value);
  }

  /** A value that stands where a structure with secrets belongs may be one of them. */
  private static boolean holdsSecrets(SchemaNode node) {
    return node.properties().values().stream().anyMatch(n -> n.isSecret() || holdsSecrets(n))
        || (node.items() != null && (node.items().isSecret() || holdsSecrets(node.items())))
        || (node.entries() != null);
  }

  private static String range(JsonObject schema) {
    if (schema.has("minimum") && schema.has("maximum")) {
      return "between " + number(schema, "minimum") + " and " + number(schema, "maximum");
    }
    List<String> bounds = new ArrayList<>();
    addBound(bounds, schema, "minimum", "at least ");
    addBound(bounds, schema, "exclusiveMinimum", "more than ");
    addBound(bounds, schema, "maximum", "at most ");
    addBound(bounds, schema, "exclusiveMaximum", "less than ");
    return String.join(" and ", bounds);
  }

  private static void addBound(
      List<String> bounds, JsonObject schema, String keyword, String word) {
    if (schema.has(keyword)) {
      bounds.add(word + number(schema, keyword));
    }
  }

  private static String lengthDemand(JsonObject schema) {
    return isNonEmpty(schema)
        ? "must not be empty"
        : "must have " + count(schema, "Length", "characters");
  }

  private static String bytes(JsonObject schema) {
    return "at most " + plural(number(schema, "maxBytes"), "bytes") + " in UTF-8";
  }

  private static boolean isNonEmpty(JsonObject schema) {
    return schema.has("minLength")
        && !schema.has("maxLength")
        && number(schema, "minLength").equals("1");
  }

  private static String count(JsonObject schema, String of, String unit) {
    String least = schema.has("min" + of) ? number(schema, "min" + of) : "";
    String most = schema.has("max" + of) ? number(schema, "max" + of) : "";
    if (least.isEmpty() && most.isEmpty()) {
      return "";
    }
    if (most.isEmpty()) {
      return "at least " + plural(least, unit);
    }
    return least.isEmpty() ? "at most " + plural(most, unit) : least + " to " + plural(most, unit);
  }

  private static String plural(String number, String unit) {
    if (!number.equals("1")) {
      return number + " " + unit;
    }
    return "1 " + (unit.equals("entries") ? "entry" : unit.substring(0, unit.length() - 1));
  }

  private static String number(JsonObject schema, String keyword) {
    BigDecimal number = schema.get(keyword).getAsBigDecimal();
    return number.signum() == 0 ? "0" : number.stripTrailingZeros().toPlainString();
  }

  private static String formatName(String format) {
    return switch (format) {
      case "uri" -> "absolute URL";
      case "regex" -> "regular expression";
      default -> format;
    };
  }

  private static String article(String noun) {
    return ("aeiou".indexOf(noun.charAt(0)) < 0 ? "a " : "an ") + noun;
  }

  private static void addIfPresent(List<String> parts, String part) {
    if (!part.isEmpty()) {
      parts.add(part);
    }
  }

  private static String suffix(String text) {
    return text.isEmpty() ? "" : " " + text;
  }
}
