/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.host.http;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import io.sluice.endpoint.Headers;
import io.sluice.endpoint.Message;
import io.sluice.endpoint.Receipt;
import java.util.Optional;

/** Messages and receipts as JSON. */
final class MessageJson {

  private static final Gson ONE_LINE =
      new GsonBuilder().disableHtmlEscaping().serializeNulls().create();

  private MessageJson() {}

  /**
   * A message on one line: {@code id}, {@code timestamp} and {@code correlationId} where it has
   * them, {@code headers} (a repeated one as an array), {@code attributes}, and the payload as
   * {@code text} where it is valid UTF-8, else as {@code base64}; {@code "text": null} is a
   * tombstone.
   */
  static String line(Message message) {
    return line(of(message));
  }

  static String line(JsonObject object) {
    return ONE_LINE.toJson(object);
  }

  /** The receipt of a confirmed message. */
  static JsonObject confirmed(String endpoint, Receipt receipt) {
    JsonObject object = new JsonObject();
    object.addProperty("outcome", "confirmed");
    object.addProperty("endpoint", endpoint);
    receipt.message().id().ifPresent(id -> object.addProperty("id", id));
    object.add("attributes", JsonValues.object(receipt.attributes().asMap()));
    return object;
  }

  private static JsonObject of(Message message) {
    JsonObject object = new JsonObject();
    message.id().ifPresent(id -> object.addProperty("id", id));
    message.timestamp().ifPresent(time -> object.addProperty("timestamp", time.toString()));
    message.correlationId().ifPresent(id -> object.addProperty("correlationId", id));
    object.add("headers", headers(message.headers()));
    object.add("attributes", JsonValues.object(message.attributes().asMap()));
    addPayload(object, message.payload());
    return object;
  }

  private static void addPayload(JsonObject object, byte[] payload) {
    if (payload == null) {
      object.add("text", JsonNull.INSTANCE);
      return;
    }
    Optional<String> text = JsonValues.utf8(payload);
    if (text.isPresent()) {
      object.addProperty("text", text.get());
    } else {
      object.addProperty("base64", JsonValues.base64(payload));
    }
  }

  private static JsonObject headers(Headers headers) {
    JsonObject object = new JsonObject();
    for (int i = 0; i < headers.size(); i++) {
      String name = headers.name(i);
      if (!object.has(name)) {
        object.add(name, headerValue(headers, name, i));
      }
    }
    return object;
  }

  private static JsonElement headerValue(Headers headers, String name, int first) {
    JsonArray values = new JsonArray();
    for (int i = first; i < headers.size(); i++) {
      if (headers.name(i).equals(name)) {
        values.add(JsonValues.of(headers.value(i)));
      }
    }
    return values.size() == 1 ? values.get(0) : values;
  }
}
