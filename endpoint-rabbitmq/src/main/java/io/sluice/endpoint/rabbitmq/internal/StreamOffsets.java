/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.rabbitmq.internal;

/**
 * The offsets that the messages of a stream queue have on one channel, by their delivery tags, as
 * long as they may be unsettled. A broker sends whole chunks, so that there may be more of them
 * than the prefetch says. Written by the event loop, read by any thread.
 */
final class StreamOffsets {

  /** No offset. */
  static final long NONE = -1;

  private static final int INITIAL_PLACES = 64;

  /** By tag; its length is a power of two. */
  private volatile long[] offsets = new long[INITIAL_PLACES];

  private volatile long lastTag;
  private volatile long first = NONE;

  /**
   * The message with the next tag stands at an offset.
   *
   * @param settledTag the lowest tag that may still be asked for; not positive for all
   */
  void add(long tag, long offset, long settledTag) {
    long[] places = offsets;
    if (tag - Math.max(0, settledTag) >= places.length) {
      places = larger(places);
      offsets = places;
    }
    places[place(tag, places)] = offset;
    if (first == NONE) {
      first = offset;
    }
    lastTag = tag; // last: who sees the tag finds the offset
  }

  /** The offset of the first message; {@link #NONE} before it. */
  long first() {
    return first;
  }

  /** The offset of a message that is not settled, or was so last; else {@link #NONE}. */
  long of(long tag) {
    if (tag <= 0 || tag > lastTag) {
      return NONE;
    }
    long[] places = offsets;
    return places[place(tag, places)];
  }

  private long[] larger(long[] places) {
    long[] more = new long[2 * places.length];
    long oldest = Math.max(1, lastTag - places.length + 1);
    for (long tag = oldest; tag <= lastTag; tag++) {
      more[place(tag, more)] = places[place(tag, places)];
    }
    return more;
  }

  private static int place(long tag, long[] places) {
    return (int) tag & places.length - 1;
  }
}
