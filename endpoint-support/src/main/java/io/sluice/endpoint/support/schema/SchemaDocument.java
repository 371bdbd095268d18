/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.schema;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;

/** A schema's JSON, addressed by JSON Pointer. Immutable by convention: no code writes it. */
final class SchemaDocument {

  private final JsonElement root;

  SchemaDocument(JsonElement root) {
    this.root = root;
  }

  JsonElement root() {
    return root;
  }

  /**
   * The element at a pointer.
   *
   * @throws IllegalArgumentException if there is none
   */
  JsonElement at(String pointer) {
    JsonElement element = root;
    for (String token : JsonPointer.tokens(pointer)) {
      element = member(element, token);
      if (element == null) {
        throw new IllegalArgumentException("the schema has nothing at #" + pointer);
      }
    }
    return element;
  }

  /** The schema object at a pointer; empty for a boolean schema. */
  JsonObject objectAt(String pointer) {
    return at(pointer) instanceof JsonObject object ? object : new JsonObject();
  }

  /**
   * The pointer that a {@code $ref} means.
   *
   * @throws IllegalArgumentException unless it points into this document
   */
  static String target(String ref) {
    if (!ref.equals("#") && !ref.startsWith("#/")) {
      throw new IllegalArgumentException("unsupported $ref, only #/… is: " + ref);
    }
    return URLDecoder.decode(ref.substring(1), StandardCharsets.UTF_8);
  }

  private static JsonElement member(JsonElement element, String token) {
    if (element instanceof JsonObject object) {
      return object.get(token);
    }
    if (element instanceof JsonArray array && token.matches("\\d{1,6}")) {
      int index = Integer.parseInt(token);
      return index < array.size() ? array.get(index) : null;
    }
    return null;
  }
}
