/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.tck;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.sluice.endpoint.ConfigurationSchema;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The properties of a JSON Schema by dotted key, those of conditional parts included. Immutable.
 */
final class SchemaView {

  private static final List<String> BRANCHES = List.of("allOf", "anyOf", "oneOf");
  private static final List<String> CONDITIONAL = List.of("then", "else");
  private static final int MAX_DEPTH = 20;

  private final JsonObject root;
  private final Map<String, JsonObject> properties = new LinkedHashMap<>();

  /**
   * Reads a schema.
   *
   * @throws RuntimeException if it is no JSON object
   */
  SchemaView(ConfigurationSchema schema) {
    root = JsonParser.parseString(schema.json()).getAsJsonObject();
    collect("", root, 0);
  }

  /** The schema as JSON. */
  JsonObject root() {
    return root;
  }

  /** Every property's own schema by its dotted key; the items of lists are left out. */
  Map<String, JsonObject> properties() {
    return properties;
  }

  /** Whether there is a property. */
  boolean has(String key) {
    return properties.containsKey(key);
  }

  /** The dotted keys of secrets. */
  List<String> secrets() {
    return properties.entrySet().stream()
        .filter(property -> text(property.getValue(), "format").equals("password"))
        .map(Map.Entry::getKey)
        .toList();
  }

  /** The text of a member; empty if there is none. */
  static String text(JsonObject object, String member) {
    JsonElement value = object.get(member);
    return value != null && value.isJsonPrimitive() ? value.getAsString() : "";
  }

  private void collect(String prefix, JsonObject schema, int depth) {
    if (depth > MAX_DEPTH) {
      return;
    }
    JsonObject resolved = resolve(schema);
    members(resolved, "properties")
        .forEach(
            (name, value) -> {
              JsonObject property = resolve(value);
              // A conditional part may repeat a property with no more than a further constraint.
              properties.merge(prefix + name, property, SchemaView::described);
              collect(prefix + name + ".", property, depth + 1);
            });
    for (String branch : BRANCHES) {
      if (resolved.has(branch)) {
        resolved
            .getAsJsonArray(branch)
            .forEach(element -> collect(prefix, object(element), depth + 1));
      }
    }
    for (String branch : CONDITIONAL) {
      if (resolved.has(branch)) {
        collect(prefix, object(resolved.get(branch)), depth + 1);
      }
    }
  }

  private static JsonObject described(JsonObject one, JsonObject other) {
    return one.has("description") ? one : other;
  }

  private JsonObject resolve(JsonObject schema) {
    String reference = text(schema, "$ref");
    if (!reference.startsWith("#/")) {
      return schema;
    }
    JsonObject target = root;
    for (String name : reference.substring(2).split("/")) {
      target = object(target.get(name.replace("~1", "/").replace("~0", "~")));
    }
    JsonObject merged = target.deepCopy();
    schema.entrySet().forEach(member -> merged.add(member.getKey(), member.getValue()));
    merged.remove("$ref");
    return merged;
  }

  private static Map<String, JsonObject> members(JsonObject object, String name) {
    Map<String, JsonObject> members = new LinkedHashMap<>();
    if (object.has(name)) {
      object
          .getAsJsonObject(name)
          .entrySet()
          .forEach(member -> members.put(member.getKey(), object(member.getValue())));
    }
    return members;
  }

  /** A schema may also be true or false. */
  private static JsonObject object(JsonElement element) {
    return element != null && element.isJsonObject() ? element.getAsJsonObject() : new JsonObject();
  }
}
