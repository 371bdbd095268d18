/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.settlement;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.Objects;
import java.util.function.LongSupplier;

/**
 * The deliveries of one partition or queue, in one assignment epoch, that are not settled yet:
 * bounded in number and bytes, settled in any order by any thread.
 *
 * <p>One owner thread at a time opens deliveries. The window spans from the oldest unsettled
 * delivery to the newest one, so that what a crash would repeat is bounded too. Nothing is
 * allocated after construction, and no lock is taken.
 *
 * <p>It is a ring of slots. The owner writes a slot when it opens a delivery; a settler marks it
 * and then moves {@code oldest} over all marked slots at that end, helped or overtaken by other
 * settlers. Marks hold the sequence number, so that a late settlement cannot hit the slot's next
 * delivery.
 */
public final class AcknowledgementWindow {

  /** No position. */
  public static final long NONE = Long.MIN_VALUE;

  private static final VarHandle SLOT = MethodHandles.arrayElementVarHandle(long[].class);
  private static final VarHandle OLDEST;
  private static final VarHandle NEXT;

  static {
    try {
      MethodHandles.Lookup lookup = MethodHandles.lookup();
      OLDEST = lookup.findVarHandle(AcknowledgementWindow.class, "oldest", long.class);
      NEXT = lookup.findVarHandle(AcknowledgementWindow.class, "next", long.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final int capacity;
  private final long capacityBytes;
  private final Runnable onRoom;
  private final LongSupplier nanoTime;

  private final int mask;
  private final long[] marks;
  private final long[] positions;
  private final long[] openedAt;

  /**
   * Bytes opened up to and including each slot: sizes are differences, and need no counting down.
   */
  private final long[] openedBytes;

  /** Sequence of the oldest unsettled delivery; all before it are settled. Moved by settlers. */
  private volatile long oldest;

  /** Sequence of the delivery to be opened next. Moved by the owner. */
  private volatile long next;

  private volatile boolean roomWanted;
  private volatile boolean closed;

  /**
   * An empty window.
   *
   * @param capacity number of deliveries it spans at most, positive
   * @param capacityBytes number of bytes it spans at most, positive; a larger delivery passes alone
   * @param onRoom called by the settling thread when {@link #hasRoom} had answered false and a
   *     delivery has left the window since; must not block
   */
  public AcknowledgementWindow(int capacity, long capacityBytes, Runnable onRoom) {
    this(capacity, capacityBytes, onRoom, System::nanoTime);
  }

  AcknowledgementWindow(int capacity, long capacityBytes, Runnable onRoom, LongSupplier nanoTime) {
    if (capacity <= 0 || capacity > 1 << 24 || capacityBytes <= 0) {
      throw new IllegalArgumentException(
          "no window: " + capacity + " deliveries, " + capacityBytes + " bytes");
    }
    this.capacity = capacity;
    this.capacityBytes = capacityBytes;
    this.onRoom = Objects.requireNonNull(onRoom, "onRoom");
    this.nanoTime = nanoTime;
    // More slots than capacity: the slot before the oldest, which is the settled position, stays.
    int slots = Integer.highestOneBit(capacity) << 1;
    mask = slots - 1;
    marks = new long[slots];
    positions = new long[slots];
    openedAt = new long[slots];
    openedBytes = new long[slots];
  }

  /**
   * Whether a delivery can be opened now. After the answer false {@code onRoom} is called when
   * asking again is worth it. Owner thread only.
   *
   * @param bytes size of the delivery, not negative
   */
  public boolean hasRoom(int bytes) {
    if (fits(bytes)) {
      return true;
    }
    // A settler makes room first and reads this second; here it is the other way round. So one of
    // the two sees the other.
    roomWanted = true;
    return fits(bytes);
  }

  private boolean fits(int bytes) {
    long first = oldest;
    long span = next - first;
    return span == 0
        || span < capacity
            && openedBytes[slot(next - 1)] - openedBytes[slot(first - 1)] + bytes <= capacityBytes;
  }

  /**
   * Opens a delivery. Owner thread only.
   *
   * @param position where the message stands in its partition or queue; higher than the last one
   * @param bytes size of the delivery, not negative
   * @return the sequence number to settle it with; 0, 1, 2 …
   * @throws IllegalStateException when the window spans {@code capacity} deliveries
   */
  public long open(long position, int bytes) {
    long sequence = next;
    if (sequence - oldest >= capacity) {
      throw new IllegalStateException("the window is full: " + capacity + " deliveries");
    }
    int slot = slot(sequence);
    openedBytes[slot] = openedBytes[slot(sequence - 1)] + bytes;
    SLOT.setRelease(openedAt, slot, nanoTime.getAsLong());
    SLOT.setRelease(positions, slot, position);
    SLOT.setRelease(marks, slot, opened(sequence));
    NEXT.setRelease(this, sequence + 1);
    return sequence;
  }

  /**
   * Settles a delivery. Any thread, any order.
   *
   * @param sequence what {@link #open} returned
   * @return true the first time; false later, after {@link #close()}, and for an unknown sequence
   */
  public boolean settle(long sequence) {
    if (closed
        || sequence < 0
        || !SLOT.compareAndSet(marks, slot(sequence), opened(sequence), settled(sequence))) {
      return false;
    }
    if (advance() && roomWanted) {
      roomWanted = false;
      onRoom.run();
    }
    return true;
  }

  /** Moves the oldest end over settled slots; whether this thread moved it. */
  private boolean advance() {
    boolean moved = false;
    long first = oldest;
    while ((long) SLOT.getVolatile(marks, slot(first)) == settled(first)) {
      moved |= OLDEST.compareAndSet(this, first, first + 1);
      first = oldest;
    }
    return moved;
  }

  /**
   * The position of an unsettled delivery.
   *
   * @param sequence of a delivery that nobody has settled
   */
  public long position(long sequence) {
    return (long) SLOT.getAcquire(positions, slot(sequence));
  }

  /**
   * The highest position up to which everything is settled, {@link #NONE} before the first. Never
   * goes back. Any thread.
   */
  public long settledPosition() {
    while (true) {
      long first = oldest;
      long position = first == 0 ? NONE : (long) SLOT.getAcquire(positions, slot(first - 1));
      if (first == oldest) { // else the slot may have been opened anew
        return position;
      }
    }
  }

  /** The lowest position that is not settled, {@link #NONE} if all are. Any thread. */
  public long oldestUnsettledPosition() {
    while (true) {
      long first = oldest;
      long position = first == next ? NONE : (long) SLOT.getAcquire(positions, slot(first));
      if (first == oldest) {
        return position;
      }
    }
  }

  /** How long ago the oldest unsettled delivery was opened; zero if all are settled. Any thread. */
  public Duration oldestUnsettledAge() {
    while (true) {
      long first = oldest;
      long now = nanoTime.getAsLong();
      long since = first == next ? now : (long) SLOT.getAcquire(openedAt, slot(first));
      if (first == oldest) {
        return Duration.ofNanos(now - since);
      }
    }
  }

  /** The number of unsettled deliveries, counted at each call. Any thread. */
  public int unsettled() {
    int count = 0;
    long end = next;
    for (long sequence = oldest; sequence < end; sequence++) {
      if ((long) SLOT.getAcquire(marks, slot(sequence)) == opened(sequence)) {
        count++;
      }
    }
    return count;
  }

  /** Whether all deliveries are settled. Any thread. */
  public boolean isEmpty() {
    return oldest == next;
  }

  /** Ends the epoch: what is settled from now on does not count. Idempotent, any thread. */
  public void close() {
    closed = true;
  }

  /** Whether the epoch is over. */
  public boolean isClosed() {
    return closed;
  }

  private int slot(long sequence) {
    return (int) sequence & mask;
  }

  private static long opened(long sequence) {
    return 2 * sequence + 1;
  }

  private static long settled(long sequence) {
    return 2 * sequence + 2;
  }
}
