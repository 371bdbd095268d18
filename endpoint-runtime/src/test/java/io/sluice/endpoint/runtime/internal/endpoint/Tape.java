/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.runtime.internal.endpoint;

import io.sluice.endpoint.Attributes;
import io.sluice.endpoint.Headers;
import io.sluice.endpoint.Message;
import io.sluice.endpoint.MessageIdFormat;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The backend of fake plugins, which outlives them: an endless tape of numbered messages to
 * consume, and a list of what was published. For durable plugins it keeps a queue for each client.
 */
public final class Tape {

  private final Map<String, Deque<Message>> returned = new HashMap<>();
  private final Map<String, Long> positions = new HashMap<>();
  private final List<String> published = new ArrayList<>();

  /** How many messages there are; the rest of the tape is blank. */
  public volatile long length = Long.MAX_VALUE;

  /** The message at a position, whose id and text are the position. */
  public static Message message(long position) {
    return Message.consumed(
        MessageIdFormat.DECIMAL,
        position,
        Long.toString(position).getBytes(java.nio.charset.StandardCharsets.US_ASCII),
        Headers.empty(),
        Attributes.empty(),
        0);
  }

  /** The next message for a client of a durable plugin; null on the blank part. */
  public synchronized Message take(String client) {
    Deque<Message> back = returned.computeIfAbsent(client, c -> new ArrayDeque<>());
    if (!back.isEmpty()) {
      return back.poll();
    }
    long position = positions.getOrDefault(client, 0L);
    if (position >= length) {
      return null;
    }
    positions.put(client, position + 1);
    return message(position);
  }

  /** A client of a durable plugin has not settled a message. */
  public synchronized void giveBack(String client, Message message) {
    returned.computeIfAbsent(client, c -> new ArrayDeque<>()).addFirst(message);
  }

  /** Something was published. */
  public synchronized void write(Message message) {
    published.add(message.text());
  }

  /** The texts of what was published, in order. */
  public synchronized List<String> published() {
    return List.copyOf(published);
  }
}
