/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.host.http;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;

/** Turns the JDK values of headers, attributes and configurations into JSON. */
final class JsonValues {

  private JsonValues() {}

  /**
   * A value as JSON: bytes as text where they are valid UTF-8, else as {@code {"base64": "…"}};
   * what JSON has no notation for as text.
   */
  static JsonElement of(Object value) {
    if (value == null) {
      return JsonNull.INSTANCE;
    }
    if (value instanceof Boolean bool) {
      return new JsonPrimitive(bool);
    }
    if (value instanceof Number number && isFinite(number)) {
      return new JsonPrimitive(number);
    }
    if (value instanceof byte[] bytes) {
      return utf8(bytes).<JsonElement>map(JsonPrimitive::new).orElseGet(() -> base64Object(bytes));
    }
    if (value instanceof Map<?, ?> map) {
      return object(map);
    }
    if (value instanceof Collection<?> collection) {
      return array(collection);
    }
    return new JsonPrimitive(value.toString());
  }

  static JsonObject object(Map<?, ?> map) {
    JsonObject object = new JsonObject();
    map.forEach((key, value) -> object.add(String.valueOf(key), of(value)));
    return object;
  }

  static JsonArray array(Collection<?> values) {
    JsonArray array = new JsonArray(values.size());
    values.forEach(value -> array.add(of(value)));
    return array;
  }

  /** The text that bytes encode; empty if they are not valid UTF-8. */
  static Optional<String> utf8(byte[] bytes) {
    try {
      return Optional.of(
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
    } catch (CharacterCodingException binary) {
      return Optional.empty();
    }
  }

  static String base64(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }

  private static JsonObject base64Object(byte[] bytes) {
    JsonObject object = new JsonObject();
    object.addProperty("base64", base64(bytes));
    return object;
  }

  private static boolean isFinite(Number number) {
    return !(number instanceof Double || number instanceof Float)
        || Double.isFinite(number.doubleValue());
  }
}
