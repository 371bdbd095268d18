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
 * delivery to the newest one, so that what a crash would repeat is bounded too. Its memory grows
 * and shrinks with that span. No lock is taken, and as long as the span stays about the same
 * nothing is allocated.
 *
 * <p>The owner writes a slot when it opens a delivery; a settler marks it and then moves {@code
 * oldest} over all marked slots at that end, helped or overtaken by other settlers. Slots are there
 * from the one before the oldest, which holds the settled position. Who reads an earlier one, which
 * may be gone, finds afterwards that {@code oldest} has moved on.
 */
public final class AcknowledgementWindow {

  /** Hears what settling brings about, on the thread that settles; must not block. */
  @FunctionalInterface
  public interface Listener {

    /** {@link #hasRoom} had answered false, and a delivery has left the window since. */
    void room();

    /** {@link #settledPosition} has moved on. */
    default void advanced() {}
  }

  /** No position. */
  public static final long NONE = Long.MIN_VALUE;

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
  private final Listener listener;
  private final LongSupplier nanoTime;

  private final WindowSlots slots;

  /** Bytes of all deliveries so far. Owned by the owner. */
  private long openedBytes;

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
   * @param listener not null
   */
  public AcknowledgementWindow(int capacity, long capacityBytes, Listener listener) {
    this(capacity, capacityBytes, listener, System::nanoTime);
  }

  AcknowledgementWindow(
      int capacity, long capacityBytes, Listener listener, LongSupplier nanoTime) {
    if (capacity <= 0 || capacity > 1 << 24 || capacityBytes <= 0) {
      throw new IllegalArgumentException(
          "no window: " + capacity + " deliveries, " + capacityBytes + " bytes");
    }
    this.capacity = capacity;
    this.capacityBytes = capacityBytes;
    this.listener = Objects.requireNonNull(listener, "listener");
    this.nanoTime = nanoTime;
    this.slots = new WindowSlots(capacity);
  }

  /**
   * Whether a delivery can be opened now. After the answer false {@link Listener#room} is called
   * when asking again is worth it. Owner thread only.
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
    while (true) {
      long first = oldest;
      long span = next - first;
      if (span == 0) {
        return true;
      }
      long held = openedBytes - slots.bytesBefore(first);
      if (first == oldest) { // else the slot may be gone
        return span < capacity && held + bytes <= capacityBytes;
      }
    }
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
    slots.open(sequence, position, openedBytes, nanoTime.getAsLong());
    openedBytes += bytes;
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
    if (closed || sequence < 0 || !slots.settle(sequence)) {
      return false;
    }
    if (advance()) {
      listener.advanced();
      if (roomWanted) {
        roomWanted = false;
        listener.room();
      }
    }
    return true;
  }

  /** Moves the oldest end over settled slots; whether this thread moved it. */
  private boolean advance() {
    boolean moved = false;
    long first = oldest;
    while (slots.isSettled(first)) {
      moved |= slots.isFirst(first) ? leaveSegment(first) : moveOldest(first);
      first = oldest;
    }
    return moved;
  }

  private boolean moveOldest(long first) {
    return OLDEST.compareAndSet(this, first, first + 1);
  }

  /** As the settled position enters a segment, the one before it is needed no more. */
  private boolean leaveSegment(long first) {
    // Looked up before the move: after it the owner may have put another segment in that place.
    long[] left = first == 0 ? null : slots.segment(first - 1);
    boolean moved = moveOldest(first);
    if (moved && left != null) {
      slots.retire(first - 1, left);
    }
    return moved;
  }

  /**
   * The position of an unsettled delivery.
   *
   * @param sequence of a delivery that is not settled
   * @return any number if somebody has
   */
  public long position(long sequence) {
    return slots.position(sequence);
  }

  /**
   * The highest position up to which everything is settled, {@link #NONE} before the first. Never
   * goes back. Any thread.
   */
  public long settledPosition() {
    while (true) {
      long first = oldest;
      long position = first == 0 ? NONE : slots.position(first - 1);
      if (first == oldest) { // else the slot may be gone
        return position;
      }
    }
  }

  /** The lowest position that is not settled, {@link #NONE} if all are. Any thread. */
  public long oldestUnsettledPosition() {
    while (true) {
      long first = oldest;
      long position = first == next ? NONE : slots.position(first);
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
      long since = first == next ? now : slots.openedAt(first);
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
      if (slots.isOpen(sequence)) {
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

  /** The number of segments in memory, counted at each call. Any thread. */
  int segments() {
    return slots.segments();
  }
}
