/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.host.http;

import com.google.gson.JsonObject;
import io.sluice.endpoint.Message;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Writes Server-Sent Events one after the other into one buffer. Not safe for use by threads. */
final class EventEncoder {

  private final StringBuilder text = new StringBuilder();

  /** Appends a message; its id is left out where a line cannot hold it. */
  void message(Message message) {
    message
        .id()
        .filter(EventEncoder::fitsLine)
        .ifPresent(id -> text.append("id: ").append(id).append('\n'));
    event("message", MessageJson.line(message));
  }

  /** Appends an event that tells why the stream ends. */
  void error(JsonObject error) {
    event("error", MessageJson.line(error));
  }

  /** Appends a comment, which clients ignore. */
  void heartbeat() {
    text.append(":\n\n");
  }

  /** The number of characters since the last {@link #take()}. */
  int length() {
    return text.length();
  }

  /** Takes out what has been appended. */
  ByteBuffer take() {
    ByteBuffer bytes = StandardCharsets.UTF_8.encode(text.toString());
    text.setLength(0);
    return bytes;
  }

  private void event(String name, String data) {
    text.append("event: ").append(name).append("\ndata: ").append(data).append("\n\n");
  }

  private static boolean fitsLine(String id) {
    return id.chars().noneMatch(c -> c == '\n' || c == '\r' || c == 0);
  }
}
