/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.schema;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.HashSet;
import java.util.Set;

/** Finds the places of a configuration that a condition looks at. */
final class TestedPlaces {

  private final Set<String> places = new HashSet<>();

  private TestedPlaces() {}

  /** The pointers that a schema looks at when it is applied to the value at a pointer. */
  static Set<String> of(JsonElement schema, String pointer) {
    TestedPlaces tested = new TestedPlaces();
    tested.collect(schema, pointer);
    return tested.places;
  }

  private void collect(JsonElement element, String pointer) {
    if (!(element instanceof JsonObject schema)) {
      return;
    }
    if (schema.get("required") instanceof JsonArray names) {
      names.forEach(name -> places.add(JsonPointer.child(pointer, name.getAsString())));
    }
    if (schema.get("properties") instanceof JsonObject properties) {
      properties
          .entrySet()
          .forEach(
              property -> {
                String place = JsonPointer.child(pointer, property.getKey());
                places.add(place);
                collect(property.getValue(), place);
              });
    }
    for (String keyword : Set.of("allOf", "anyOf", "oneOf")) {
      if (schema.get(keyword) instanceof JsonArray parts) {
        parts.forEach(part -> collect(part, pointer));
      }
    }
    collect(schema.get("not"), pointer);
  }
}
