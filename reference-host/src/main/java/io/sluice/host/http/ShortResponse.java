/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.host.http;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** Writes the whole of a short response. */
final class ShortResponse {

  private static final Gson GSON =
      new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().serializeNulls().create();

  private ShortResponse() {}

  static void json(HttpExchange exchange, int status, JsonElement body) {
    write(exchange, status, "application/json", GSON.toJson(body) + "\n");
  }

  static void text(HttpExchange exchange, String body) {
    write(exchange, 200, "text/plain; charset=utf-8", body);
  }

  static void schema(HttpExchange exchange, String schema) {
    write(exchange, 200, "application/schema+json", schema);
  }

  static void failure(HttpExchange exchange, HttpFailure failure) {
    Response response = exchange.response();
    if (failure.allow() != null) {
      response.getHeaders().put(HttpHeader.ALLOW, failure.allow());
    }
    if (failure.status() == 503) {
      response.getHeaders().put(HttpHeader.RETRY_AFTER, "1");
    }
    json(exchange, failure.status(), error(failure));
  }

  /** The error as every response and stream shows it. */
  static JsonObject error(HttpFailure failure) {
    JsonObject error = new JsonObject();
    error.addProperty("code", failure.code());
    if (failure.backendCode() != null) {
      error.addProperty("backendCode", failure.backendCode());
    }
    error.addProperty("message", failure.getMessage());
    if (failure.isRetryable()) {
      error.addProperty("retryable", true);
    }
    JsonObject body = new JsonObject();
    body.add("error", error);
    return body;
  }

  private static void write(HttpExchange exchange, int status, String type, String body) {
    Response response = exchange.response();
    response.setStatus(status);
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, type);
    response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-store");
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    response.getHeaders().put(HttpHeader.CONTENT_LENGTH, bytes.length);
    ByteBuffer content = exchange.is("HEAD") ? ByteBuffer.allocate(0) : ByteBuffer.wrap(bytes);
    // A client that still sends would miss the answer if the connection were closed under it.
    Callback end = Callback.from(new UnreadBody(exchange)::discard, exchange.callback()::failed);
    response.write(true, content, end);
  }
}
