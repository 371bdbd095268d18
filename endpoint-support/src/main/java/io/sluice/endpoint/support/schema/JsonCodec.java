/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.schema;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.MalformedJsonException;
import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Between JSON text, the parser's elements and trees of JDK types. */
final class JsonCodec {

  private static final Pattern POSITION = Pattern.compile("at (line \\d+ column \\d+)");

  private JsonCodec() {}

  /**
   * Parses strict JSON, one value and nothing after it.
   *
   * @throws IllegalArgumentException with the position of the mistake and no part of the text,
   *     which may be secret
   */
  static JsonElement parse(String json) {
    try (JsonReader reader = new JsonReader(new StringReader(json))) {
      reader.setStrictness(Strictness.STRICT);
      JsonElement element = JsonParser.parseReader(reader);
      if (reader.peek() != JsonToken.END_DOCUMENT) {
        throw new MalformedJsonException("more than one value");
      }
      return element;
    } catch (IOException | JsonParseException e) {
      throw new IllegalArgumentException("is not valid JSON" + position(e));
    }
  }

  /** A tree of JDK types: Long for whole numbers, Double for others. */
  static Object decode(JsonElement element) {
    if (element.isJsonObject()) {
      Map<String, Object> map = new LinkedHashMap<>();
      element.getAsJsonObject().entrySet().forEach(e -> map.put(e.getKey(), decode(e.getValue())));
      return map;
    }
    if (element.isJsonArray()) {
      List<Object> list = new ArrayList<>();
      element.getAsJsonArray().forEach(item -> list.add(decode(item)));
      return list;
    }
    return element.isJsonNull() ? null : decode(element.getAsJsonPrimitive());
  }

  /** The parser's element for a value of a tree; what JSON has no form for becomes text. */
  static JsonElement encode(Object value) {
    if (value instanceof Map<?, ?> map) {
      JsonObject object = new JsonObject();
      map.forEach((name, member) -> object.add(String.valueOf(name), encode(member)));
      return object;
    }
    if (value instanceof Iterable<?> items) {
      JsonArray array = new JsonArray();
      items.forEach(item -> array.add(encode(item)));
      return array;
    }
    if (value instanceof Boolean flag) {
      return new JsonPrimitive(flag);
    }
    if (value instanceof Number number && Numbers.canonical(number) instanceof Number canonical) {
      return new JsonPrimitive(canonical);
    }
    return value == null ? JsonNull.INSTANCE : new JsonPrimitive(String.valueOf(value));
  }

  private static Object decode(JsonPrimitive primitive) {
    if (primitive.isBoolean()) {
      return primitive.getAsBoolean();
    }
    return primitive.isNumber()
        ? Numbers.canonical(primitive.getAsString())
        : primitive.getAsString();
  }

  private static String position(Exception e) {
    Matcher matcher = POSITION.matcher(String.valueOf(e.getMessage()));
    return matcher.find() ? " (" + matcher.group(1) + ")" : "";
  }
}
