/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.settlement;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * A slot for each delivery of an {@link AcknowledgementWindow}, in segments that come and go with
 * its span: a ring of references, each to one array of a few slots or to none.
 *
 * <p>The owner of the window opens slots, and adds segments for them. The settler that moves the
 * oldest end of the window into a segment retires the one before, so each is retired once. A
 * retired segment is kept as the spare one, which is added next; a second spare one is garbage. Any
 * thread settles and reads, also a slot that is gone: then it finds no segment, or the slot of a
 * later delivery, which the mark tells as it holds the sequence number.
 */
final class WindowSlots {

  private static final int MIN_SLOTS = 8;
  private static final int MAX_SLOTS = 64;

  // The fields of a slot.
  private static final int MARK = 0;
  private static final int POSITION = 1;
  private static final int OPENED_AT = 2;
  private static final int BYTES_BEFORE = 3;
  private static final int FIELD_BITS = 2;

  /** Neither a mark nor a position. */
  private static final long GONE = Long.MIN_VALUE;

  private static final VarHandle FIELD = MethodHandles.arrayElementVarHandle(long[].class);

  private final int length;
  private final int lengthBits;
  private final int ringMask;
  private final AtomicReferenceArray<long[]> ring;
  private final AtomicReference<long[]> spare = new AtomicReference<>();

  /** The segment that was added last. Owned by the owner. */
  private long[] newest;

  /**
   * No slots.
   *
   * @param capacity how many deliveries the window spans at most, positive. One slot more is kept,
   *     that before the oldest delivery
   */
  WindowSlots(int capacity) {
    length = Math.max(MIN_SLOTS, Math.min(MAX_SLOTS, Integer.highestOneBit(capacity)));
    lengthBits = Integer.numberOfTrailingZeros(length);
    // Slots that begin in the midst of a segment reach into one more than they would fill.
    int segments = (capacity - 1) / length + 2;
    int places = Integer.highestOneBit(2 * segments - 1);
    ringMask = places - 1;
    ring = new AtomicReferenceArray<>(places);
  }

  /**
   * Opens the slot of a sequence. Owner thread only.
   *
   * @param sequence the one after the last
   * @param bytesBefore bytes of all deliveries before this one: sizes are differences of this, and
   *     need no counting down
   */
  void open(long sequence, long position, long bytesBefore, long openedAt) {
    if (isFirst(sequence)) {
      newest = add(sequence);
    }
    int slot = slot(sequence);
    FIELD.setRelease(newest, slot | BYTES_BEFORE, bytesBefore);
    FIELD.setRelease(newest, slot | OPENED_AT, openedAt);
    FIELD.setRelease(newest, slot | POSITION, position);
    FIELD.setRelease(newest, slot | MARK, opened(sequence));
  }

  /** Marks an open slot as settled; false if it is settled, gone, or was never opened. */
  boolean settle(long sequence) {
    long[] segment = segment(sequence);
    return segment != null
        && FIELD.compareAndSet(segment, slot(sequence) | MARK, opened(sequence), settled(sequence));
  }

  boolean isOpen(long sequence) {
    return get(sequence, MARK) == opened(sequence);
  }

  /** Whether the slot is settled; may be false once it is gone. */
  boolean isSettled(long sequence) {
    return get(sequence, MARK) == settled(sequence);
  }

  /** The position of a slot; any number if the slot is gone. */
  long position(long sequence) {
    return get(sequence, POSITION);
  }

  /** When a slot was opened; any number if it is gone. */
  long openedAt(long sequence) {
    return get(sequence, OPENED_AT);
  }

  /** Bytes of all deliveries before that of a slot; any number if it is gone. */
  long bytesBefore(long sequence) {
    return get(sequence, BYTES_BEFORE);
  }

  /** Whether a slot is the first of its segment. */
  boolean isFirst(long sequence) {
    return (sequence & length - 1) == 0;
  }

  /** The segment of a slot; null if it is gone or was not added yet. */
  long[] segment(long sequence) {
    return ring.get(place(sequence));
  }

  /**
   * Takes out a segment.
   *
   * @param sequence of one of its slots
   * @param segment what {@link #segment} answered while the slot was surely there
   */
  void retire(long sequence, long[] segment) {
    if (ring.compareAndSet(place(sequence), segment, null)) {
      spare.set(segment);
    }
  }

  /** The number of segments in memory, with the spare one; counted at each call. */
  int segments() {
    int count = spare.get() == null ? 0 : 1;
    for (int i = 0; i < ring.length(); i++) {
      if (ring.get(i) != null) {
        count++;
      }
    }
    return count;
  }

  /**
   * Adds the segment of a slot. One that is still in its place is about to be retired by a slow
   * thread: it becomes garbage, since if it were used again that thread would retire it then.
   */
  private long[] add(long sequence) {
    long[] kept = spare.getAndSet(null);
    long[] added = kept == null ? new long[length << FIELD_BITS] : kept;
    ring.set(place(sequence), added);
    return added;
  }

  private long get(long sequence, int field) {
    long[] segment = segment(sequence);
    return segment == null ? GONE : (long) FIELD.getVolatile(segment, slot(sequence) | field);
  }

  private int place(long sequence) {
    return (int) (sequence >>> lengthBits) & ringMask;
  }

  private int slot(long sequence) {
    return ((int) sequence & length - 1) << FIELD_BITS;
  }

  private static long opened(long sequence) {
    return 2 * sequence + 1;
  }

  private static long settled(long sequence) {
    return 2 * sequence + 2;
  }
}
