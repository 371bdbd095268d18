/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.schema;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Puts what a schema asks of an object's keys into words: {@code producer.enabled is true}. Covers
 * what conditions of configurations are made of: {@code const}, {@code enum}, {@code not}, {@code
 * required}, nested {@code properties}. A {@code title} in the schema has precedence.
 */
final class ConditionText {

  private static final Set<String> WORDLESS =
      Set.of("title", "description", "$comment", "type", "errorMessage", "default", "examples");

  private ConditionText() {}

  /** The whole of what a schema asks, or nothing when some of it cannot be put into words. */
  static Optional<String> of(JsonElement schema, String key) {
    if (!(schema instanceof JsonObject object)) {
      return Optional.empty();
    }
    if (object.has("title")) {
      return Optional.of(object.get("title").getAsString());
    }
    List<String> clauses = new ArrayList<>();
    for (Map.Entry<String, JsonElement> keyword : object.entrySet()) {
      if (!WORDLESS.contains(keyword.getKey())
          && !describe(keyword.getKey(), keyword.getValue(), key, object, clauses)) {
        return Optional.empty();
      }
    }
    return clauses.isEmpty() ? Optional.empty() : Optional.of(String.join(" and ", clauses));
  }

  /** The keys, joined by {@code and}, of a schema that only wants them to be there. */
  static Optional<String> requiredKeys(JsonElement schema, String key) {
    if (!(schema instanceof JsonObject object)
        || !(object.get("required") instanceof JsonArray names)
        || object.size() > 1) {
      return Optional.empty();
    }
    List<String> keys = new ArrayList<>();
    names.forEach(name -> keys.add(Location.join(key, name.getAsString())));
    return Optional.of(String.join(" and ", keys));
  }

  /** Only the fixed values that tell one branch of a choice from the others. */
  static Optional<String> discriminator(JsonElement branch, String key) {
    if (!(branch instanceof JsonObject object)
        || !(object.get("properties") instanceof JsonObject properties)) {
      return Optional.empty();
    }
    List<String> clauses = new ArrayList<>();
    properties.entrySet().stream()
        .filter(e -> e.getValue() instanceof JsonObject o && (o.has("const") || o.has("enum")))
        .forEach(
            e -> of(fixed(e.getValue()), Location.join(key, e.getKey())).ifPresent(clauses::add));
    return clauses.isEmpty() ? Optional.empty() : Optional.of(String.join(" and ", clauses));
  }

  private static boolean describe(
      String keyword, JsonElement value, String key, JsonObject schema, List<String> clauses) {
    return switch (keyword) {
      case "const" -> clauses.add(key + " is " + text(value));
      case "enum" -> clauses.add(key + " is " + alternatives(value.getAsJsonArray()));
      case "minLength", "minItems" -> clauses.add(key + " is not empty");
      case "not" -> describeNot(value, key, clauses);
      case "required" -> describeRequired(value.getAsJsonArray(), schema, key, clauses);
      case "properties" -> describeProperties(value.getAsJsonObject(), key, clauses);
      case "allOf" -> describeAll(value.getAsJsonArray(), key, clauses);
      case "anyOf" -> describeAny(value.getAsJsonArray(), key, clauses);
      default -> false;
    };
  }

  private static boolean describeNot(JsonElement schema, String key, List<String> clauses) {
    Optional<String> positive = of(schema, key);
    if (positive.isEmpty() || positive.get().contains(" and ")) {
      return false;
    }
    return clauses.add(positive.get().replaceFirst(" is (?!not )", " is not "));
  }

  private static boolean describeRequired(
      JsonArray names, JsonObject schema, String key, List<String> clauses) {
    for (JsonElement name : names) {
      // A key whose value is asked for need not be called set as well.
      if (!(schema.get("properties") instanceof JsonObject properties)
          || of(properties.get(name.getAsString()), "").isEmpty()) {
        clauses.add(Location.join(key, name.getAsString()) + " is set");
      }
    }
    return true;
  }

  private static boolean describeProperties(
      JsonObject properties, String key, List<String> clauses) {
    for (Map.Entry<String, JsonElement> property : properties.entrySet()) {
      if (property.getValue() instanceof JsonObject schema
          && WORDLESS.containsAll(schema.keySet())) {
        continue;
      }
      Optional<String> text = of(property.getValue(), Location.join(key, property.getKey()));
      if (text.isEmpty()) {
        return false;
      }
      clauses.add(text.get());
    }
    return true;
  }

  private static boolean describeAll(JsonArray schemas, String key, List<String> clauses) {
    for (JsonElement schema : schemas) {
      Optional<String> text = of(schema, key);
      if (text.isEmpty()) {
        return false;
      }
      clauses.add(text.get());
    }
    return true;
  }

  private static boolean describeAny(JsonArray schemas, String key, List<String> clauses) {
    List<String> any = new ArrayList<>();
    return describeAll(schemas, key, any) && clauses.add(String.join(" or ", any));
  }

  private static JsonObject fixed(JsonElement schema) {
    JsonObject fixed = new JsonObject();
    for (String keyword : List.of("const", "enum")) {
      if (schema.getAsJsonObject().has(keyword)) {
        fixed.add(keyword, schema.getAsJsonObject().get(keyword));
      }
    }
    return fixed;
  }

  private static String alternatives(JsonArray values) {
    List<String> texts = new ArrayList<>();
    values.forEach(value -> texts.add(text(value)));
    return String.join(" or ", texts);
  }

  private static String text(JsonElement value) {
    return value.isJsonPrimitive() ? value.getAsString() : value.toString();
  }
}
