package io.sluice.endpoint.support.publishing;

import io.sluice.endpoint.Receipt;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * The in-flight window of one processor: a ring of places in input order, completed in any order and
 * taken in input order.
 *
 * <p>One thread at a time accepts, any thread completes, one thread at a time takes. Accepting must
 * not outrun {@link #room()}.
 */
final class ReceiptRing {

  private static final VarHandle PLACE = MethodHandles.arrayElementVarHandle(Receipt[].class);

  private final int capacity;
  private final long capacityBytes;
  private final int mask;
  private final Receipt[] receipts;
  private final int[] sizes;

  // Written by the accepting thread; the volatile write of `accepted` publishes the others.
  private long acceptedBytes;
  private int largest = 1;
  private volatile long accepted;

  // Owned by the taking thread.
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

  /** Takes the next place for a message of a size; its sequence number, 0, 1, 2 … */
  long accept(int bytes) {
    long sequence = accepted;
    sizes[place(sequence)] = bytes;
    acceptedBytes += bytes;
    largest = Math.max(largest, bytes);
    accepted = sequence + 1;
    return sequence;
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

  /** How many messages were accepted so far. */
  long accepted() {
    return accepted;
  }

  /** How many receipts were taken so far. Taking thread only. */
  long taken() {
    return taken;
  }

  /** Whether every accepted message's receipt was taken. Taking thread only. */
  boolean isEmpty() {
    return taken == accepted;
  }

  /**
   * How many more messages the window can take, if they are as large as the largest so far; at least
   * one when it is empty. Taking thread only.
   */
  long room() {
    long inFlight = accepted - taken;
    long byBytes = (capacityBytes - (acceptedBytes - takenBytes)) / largest;
    return Math.max(inFlight == 0 ? 1 : 0, Math.min(capacity - inFlight, byBytes));
  }

  private int place(long sequence) {
    return (int) sequence & mask;
  }
}
