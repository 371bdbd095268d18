/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.schema;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A schema object that speaks about a place.
 *
 * @param pointer where it stands in the document
 * @param schema the object; that of a boolean schema is empty
 * @param when the condition under which it applies, or null for always
 * @param refs the {@code $ref} targets that led to it, outermost first
 */
record Fragment(String pointer, JsonObject schema, Condition when, List<String> refs) {

  private static final JsonObject FALSE = new JsonObject();

  static Fragment of(String pointer, JsonElement schema, Condition when, List<String> refs) {
    if (schema instanceof JsonObject object) {
      return new Fragment(pointer, object, when, refs);
    }
    JsonObject bool = schema.getAsBoolean() ? new JsonObject() : FALSE;
    return new Fragment(pointer, bool, when, refs);
  }

  /** Whether it is the schema {@code false}. */
  boolean forbids() {
    return schema == FALSE;
  }

  boolean appliesIn(Set<Condition> active) {
    return when == null || active.contains(when);
  }

  /** The value of a keyword. */
  Optional<JsonElement> keyword(String name) {
    return Optional.ofNullable(schema.get(name));
  }

  /** The names that it requires. */
  List<String> required() {
    return keyword("required")
        .map(names -> names.getAsJsonArray().asList())
        .map(names -> names.stream().map(JsonElement::getAsString).toList())
        .orElse(List.of());
  }

  /** The schema that a keyword holds. */
  Optional<Fragment> member(String keyword) {
    return keyword(keyword)
        .map(schema -> of(JsonPointer.child(pointer, keyword), schema, when, refs));
  }

  /** The schemas that a keyword holds by name. */
  Map<String, Fragment> members(String keyword) {
    Map<String, Fragment> members = new LinkedHashMap<>();
    if (schema.get(keyword) instanceof JsonObject schemas) {
      String base = JsonPointer.child(pointer, keyword);
      for (Map.Entry<String, JsonElement> member : schemas.entrySet()) {
        String at = JsonPointer.child(base, member.getKey());
        members.put(member.getKey(), of(at, member.getValue(), when, refs));
      }
    }
    return members;
  }
}
