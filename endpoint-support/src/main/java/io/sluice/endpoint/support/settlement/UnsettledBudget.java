/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.settlement;

import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Bounds what the windows of one consumer hold together, in number and bytes: a consumer of many
 * partitions has a window for each, and one budget.
 *
 * <p>A window whose next delivery is too large for the bytes that are left has the next turn, so
 * that the small deliveries of others do not take all that is given back.
 *
 * <p>One owner thread at a time asks for room and takes; any thread gives back. No lock is taken:
 * an amount is one number, with the bytes in its lower {@value #BYTE_BITS} bits and the count of
 * deliveries above.
 */
public final class UnsettledBudget {

  private static final int BYTE_BITS = 40;
  private static final long BYTES = (1L << BYTE_BITS) - 1;
  private static final long CLOSED = -1;

  private final int capacity;
  private final long capacityBytes;
  private final Runnable onRoom;
  private final AtomicLong taken = new AtomicLong();
  private volatile boolean roomWanted;

  /** The window that has the next turn; null if any has. Owner thread only. */
  private Share first;

  /**
   * A budget of which nothing is taken.
   *
   * @param capacity number of deliveries, positive
   * @param capacityBytes number of bytes, positive, at most 2^39; a larger delivery passes alone
   * @param onRoom called by the settling thread when {@link Share#hasRoom} had answered false and
   *     something was given back since; must not block
   */
  public UnsettledBudget(int capacity, long capacityBytes, Runnable onRoom) {
    if (capacity <= 0 || capacity > 1 << 22 || capacityBytes <= 0 || capacityBytes > BYTES / 2) {
      throw new IllegalArgumentException(
          "no budget: " + capacity + " deliveries, " + capacityBytes + " bytes");
    }
    this.capacity = capacity;
    this.capacityBytes = capacityBytes;
    this.onRoom = Objects.requireNonNull(onRoom, "onRoom");
  }

  /**
   * A budget of which nothing is taken.
   *
   * @param limits its capacity
   * @param onRoom called by the settling thread when {@link Share#hasRoom} had answered false and
   *     something was given back since; must not block
   */
  public UnsettledBudget(UnsettledLimits limits, Runnable onRoom) {
    this(limits.messages(), limits.bytes(), onRoom);
  }

  /** The number of deliveries that are taken. Any thread. */
  public int count() {
    return (int) (taken.get() >>> BYTE_BITS);
  }

  /** The share of a new window. */
  public Share share() {
    return new Share();
  }

  private boolean admits(Share share, int bytes) {
    Share present = first;
    if (present != null && present != share) {
      if (!present.withdrawn) {
        return false;
      }
      first = null;
    }
    long now = taken.get();
    if (now >>> BYTE_BITS >= capacity) {
      return false;
    }
    boolean fits = now == 0 || (now & BYTES) + bytes <= capacityBytes;
    first = fits ? null : share;
    return fits;
  }

  private void giveBack(long amount) {
    taken.addAndGet(-amount);
    offerRoom();
  }

  private void offerRoom() {
    if (roomWanted) {
      roomWanted = false;
      onRoom.run();
    }
  }

  private static long amount(int bytes) {
    return (1L << BYTE_BITS) + bytes;
  }

  /** What one window has taken; given back delivery by delivery, or all at once at its end. */
  public final class Share {

    private final AtomicLong held = new AtomicLong();
    private volatile boolean withdrawn;

    private Share() {}

    /**
     * Whether a delivery can be made now. After the answer false {@code onRoom} is called when
     * asking again is worth it. Owner thread only.
     *
     * @param bytes size of the delivery, not negative; to be asked again with the same after false
     */
    public boolean hasRoom(int bytes) {
      if (admits(this, bytes)) {
        return true;
      }
      // Who gives back does so first and reads this second; here it is the other way round.
      roomWanted = true;
      return admits(this, bytes);
    }

    /** The window asks for no more, and has no turn. Idempotent. */
    public void withdraw() {
      withdrawn = true;
      offerRoom();
    }

    /** A delivery was made. Owner thread only. Without effect once closed. */
    public void take(int bytes) {
      long amount = amount(bytes);
      taken.addAndGet(amount);
      if (!change(amount)) {
        giveBack(amount);
      }
    }

    /** A delivery was settled, with the size that it was taken with. Without effect once closed. */
    public void give(int bytes) {
      long amount = amount(bytes);
      if (change(-amount)) {
        giveBack(amount);
      }
    }

    /** The number of deliveries that are taken and not given back; zero once closed. */
    public int count() {
      long now = held.get();
      return now == CLOSED ? 0 : (int) (now >>> BYTE_BITS);
    }

    /** Gives back what is left. Idempotent. */
    public void close() {
      withdrawn = true;
      long left = held.getAndSet(CLOSED);
      if (left != CLOSED) {
        giveBack(left);
      }
    }

    private boolean change(long by) {
      long before;
      do {
        before = held.get();
        if (before == CLOSED) {
          return false;
        }
      } while (!held.compareAndSet(before, before + by));
      return true;
    }
  }
}
