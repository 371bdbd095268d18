/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.publishing;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;

/**
 * Bounds the messages under way to a backend, in number and bytes. Never blocks; safe for use by
 * many threads.
 */
public final class InFlightWindow {

  private final IntSupplier capacity;
  private final LongSupplier capacityBytes;
  private final AtomicInteger count = new AtomicInteger();
  private final AtomicLong bytes = new AtomicLong();

  /**
   * An empty window.
   *
   * @param capacity number of messages, positive
   * @param capacityBytes number of bytes, positive; a larger message passes alone
   */
  public InFlightWindow(int capacity, long capacityBytes) {
    if (capacity <= 0 || capacityBytes <= 0) {
      throw new IllegalArgumentException(
          "no window: " + capacity + " messages, " + capacityBytes + " bytes");
    }
    this.capacity = () -> capacity;
    this.capacityBytes = () -> capacityBytes;
  }

  /**
   * An empty window whose capacity may change.
   *
   * @param capacity asked each time for the number of messages, positive
   * @param capacityBytes asked each time for the number of bytes, positive; a larger message passes
   *     alone
   */
  public InFlightWindow(IntSupplier capacity, LongSupplier capacityBytes) {
    this.capacity = capacity;
    this.capacityBytes = capacityBytes;
  }

  /**
   * Takes a place.
   *
   * @param size of the message in bytes, not negative
   * @return whether there was one; then {@link #release} is owed
   */
  public boolean tryAcquire(int size) {
    if (!tryCount()) {
      return false;
    }
    if (!tryBytes(size)) {
      count.decrementAndGet();
      return false;
    }
    return true;
  }

  private boolean tryCount() {
    int before;
    do {
      before = count.get();
      if (before >= capacity.getAsInt()) {
        return false;
      }
    } while (!count.compareAndSet(before, before + 1));
    return true;
  }

  private boolean tryBytes(int size) {
    long before;
    do {
      before = bytes.get();
      if (before > 0 && before + size > capacityBytes.getAsLong()) {
        return false;
      }
    } while (!bytes.compareAndSet(before, before + size));
    return true;
  }

  /**
   * Gives back a place.
   *
   * @param size what it was acquired with
   */
  public void release(int size) {
    bytes.addAndGet(-size);
    count.decrementAndGet();
  }

  /** The number of messages in flight. */
  public int inFlight() {
    return count.get();
  }

  /** The number of bytes in flight. */
  public long inFlightBytes() {
    return bytes.get();
  }

  @Override
  public String toString() {
    return inFlight()
        + " of "
        + capacity.getAsInt()
        + " messages, "
        + inFlightBytes()
        + " of "
        + capacityBytes.getAsLong()
        + " bytes in flight";
  }
}
