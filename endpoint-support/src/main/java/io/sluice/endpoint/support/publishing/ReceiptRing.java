/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.publishing;

import io.sluice.endpoint.Receipt;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * The in-flight window of one processor: a ring of places, which are reserved and accepted in input
 * order, completed in any order, and taken in input order.
 *
 * <p>One thread at a time accepts, any thread completes, one thread at a time reserves and takes.
 */
final class ReceiptRing {

  /** Answer of {@link #accept} when nothing was reserved. */
  static final long NO_PLACE = -1;

  /** Places reserved ahead: by so many unexpectedly large messages the bytes may be exceeded. */
  private static final int MAX_PLACES_AHEAD = 32;

  /** After so many messages, or twice as many, a large one is forgotten. */
  private static final int REMEMBERED_MESSAGES = 256;

  private static final VarHandle PLACE = MethodHandles.arrayElementVarHandle(Receipt[].class);

  private final int capacity;
  private final long capacityBytes;
  private final int mask;
  private final Receipt[] receipts;
  private final int[] sizes;

  // Written by the accepting thread; the volatile write of `accepted` publishes the others.
  private long acceptedBytes;

  /** The largest of the present {@link #REMEMBERED_MESSAGES} messages, and of those before them. */
  private int largest = 1;

  private int largestBefore = 1;
  private volatile long accepted;

  // Written by the taking thread.
  private volatile long reserved;
  private long taken;
  private long takenBytes;

  ReceiptRing(int capacity, long capacityBytes) {
    if (capacity <= 0 || capacity > 1 << 24 || capacityBytes <= 0) {
      throw new IllegalArgumentException(
          "no window: " + capacity + " messages, " + capacityBytes + " bytes");
    }
    this.capacity = capacity;
    this.capacityBytes = capacityBytes;
    int places = Integer.highestOneBit(capacity) << 1;
    mask = places - 1;
    receipts = new Receipt[places];
    sizes = new int[places];
  }

  /**
   * Reserves the places that are free now, and returns how many. Messages to come are expected to
   * be as large as the largest of late; an empty window has at least one place.
   */
  long reserve() {
    long soFar = accepted;
    long inFlight = soFar - taken;
    long byBytes =
        (capacityBytes - (acceptedBytes - takenBytes)) / Math.max(largest, largestBefore);
    long free = Math.min(Math.min(capacity - inFlight, byBytes), MAX_PLACES_AHEAD);
    long upTo = soFar + Math.max(free, inFlight == 0 ? 1 : 0);
    long places = Math.max(0, upTo - reserved);
    reserved += places;
    return places;
  }

  /** The next reserved place for a message of a size: 0, 1, 2 …, or {@link #NO_PLACE}. */
  long accept(int bytes) {
    long sequence = accepted;
    if (sequence >= reserved) {
      return NO_PLACE;
    }
    sizes[place(sequence)] = bytes;
    acceptedBytes += bytes;
    if (sequence % REMEMBERED_MESSAGES == 0) {
      largestBefore = largest;
      largest = 1;
    }
    largest = Math.max(largest, bytes);
    accepted = sequence + 1;
    return sequence;
  }

  /** Whether it is time to reserve more, although no receipt was taken. Accepting thread only. */
  boolean runsLow() {
    return reserved - accepted < MAX_PLACES_AHEAD / 2;
  }

  void complete(long sequence, Receipt receipt) {
    PLACE.setRelease(receipts, place(sequence), receipt);
  }

  /** The receipt that comes next, and frees its place; null if it is not there yet. */
  Receipt take() {
    int place = place(taken);
    Receipt receipt = (Receipt) PLACE.getAcquire(receipts, place);
    if (receipt != null) {
      receipts[place] = null;
      takenBytes += sizes[place];
      taken++;
    }
    return receipt;
  }

  /** How many receipts were taken so far. Taking thread only. */
  long taken() {
    return taken;
  }

  /** Whether every accepted message's receipt was taken. Taking thread only. */
  boolean isEmpty() {
    return taken == accepted;
  }

  private int place(long sequence) {
    return (int) sequence & mask;
  }
}
