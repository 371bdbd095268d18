/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.host.http;

/**
 * How many messages a stream asks for: enough to write many events at once where they are small,
 * few where they are large, and never more than the stream is to carry. Guarded by the stream's
 * lock.
 */
final class StreamDemand {

  private static final int FIRST_MESSAGES = 16;
  private static final int MAX_MESSAGES = 256;
  private static final int MAX_CHARACTERS = 1 << 20;

  private int window = FIRST_MESSAGES;
  private long toRequest;
  private long toWrite;
  private int outstanding;
  private int unwritten;

  /**
   * A demand.
   *
   * @param limit the number of messages that the stream is to carry
   */
  StreamDemand(long limit) {
    toRequest = limit;
    toWrite = limit;
  }

  /** How many messages to request now; 0 for none. */
  long next() {
    long free = Math.max(0, window - outstanding - unwritten);
    long more = Math.min(free, toRequest);
    toRequest -= more;
    outstanding += (int) more;
    return more;
  }

  /** A requested message has come. */
  void arrived() {
    outstanding--;
    unwritten++;
  }

  /** Messages have been written. */
  void written(int messages) {
    unwritten -= messages;
    toWrite -= messages;
  }

  /** Adapts to the size of the latest events. */
  void measure(int characters, int messages) {
    if (messages > 0) {
      int size = Math.max(1, characters / messages);
      window = Math.max(1, Math.min(MAX_MESSAGES, MAX_CHARACTERS / size));
    }
  }

  /** Whether the stream has carried all its messages. */
  boolean isExhausted() {
    return toWrite == 0;
  }
}
