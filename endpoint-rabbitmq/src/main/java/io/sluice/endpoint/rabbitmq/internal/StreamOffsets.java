/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.rabbitmq.internal;

/**
 * The offsets that the messages of a stream queue have on one channel, by their delivery tags, as
 * long as they may be unsettled. Written by the event loop, read by any thread.
 */
final class StreamOffsets {

  /** No offset. */
  static final long NONE = -1;

  private final long[] offsets;
  private final int mask;
  private volatile long lastTag;
  private volatile long first = NONE;

  /**
   * No offsets.
   *
   * @param prefetch how many messages the broker sends beyond those that are acknowledged
   */
  StreamOffsets(int prefetch) {
    // The tag before the oldest one that is not acknowledged is asked for, too.
    int places = Integer.highestOneBit(prefetch + 1) << 1;
    offsets = new long[places];
    mask = places - 1;
  }

  /** The message with the next tag stands at an offset. */
  void add(long tag, long offset) {
    offsets[(int) tag & mask] = offset;
    if (first == NONE) {
      first = offset;
    }
    lastTag = tag;
  }

  /** The offset of the first message; {@link #NONE} before it. */
  long first() {
    return first;
  }

  /** The offset of a message that is not acknowledged, or was so last; else {@link #NONE}. */
  long of(long tag) {
    return tag > 0 && tag <= lastTag ? offsets[(int) tag & mask] : NONE;
  }
}
