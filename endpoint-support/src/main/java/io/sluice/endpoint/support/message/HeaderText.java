/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.message;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonPrimitive;
import com.google.gson.JsonSerializer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/**
 * Header values as text, for protocols whose headers have no types: a string as it is, booleans and
 * numbers as Java writes them, an instant in ISO 8601, lists and maps as JSON, in which bytes are
 * base64.
 */
public final class HeaderText {

  private static final Gson JSON =
      new GsonBuilder()
          .disableHtmlEscaping()
          .serializeNulls()
          .serializeSpecialFloatingPointValues()
          .registerTypeAdapter(
              byte[].class,
              (JsonSerializer<byte[]>)
                  (bytes, type, context) ->
                      new JsonPrimitive(Base64.getEncoder().encodeToString(bytes)))
          .registerTypeAdapter(
              Instant.class,
              (JsonSerializer<Instant>)
                  (instant, type, context) -> new JsonPrimitive(instant.toString()))
          .create();

  private HeaderText() {}

  /**
   * The text of a value; bytes are decoded as UTF-8.
   *
   * @param value what a header may hold, not null
   */
  public static String of(Object value) {
    if (value instanceof byte[] bytes) {
      return new String(bytes, StandardCharsets.UTF_8);
    }
    return value instanceof List || value instanceof Map ? JSON.toJson(value) : value.toString();
  }

  /**
   * The bytes of a value: those that it is, or its text in UTF-8.
   *
   * @param value what a header may hold; null stays null
   */
  public static byte[] bytes(Object value) {
    if (value == null || value instanceof byte[]) {
      return (byte[]) value;
    }
    return of(value).getBytes(StandardCharsets.UTF_8);
  }
}
