package io.sluice.endpoint.support.settlement;

import java.time.Duration;

/**
 * The deliveries of one partition or queue, in one assignment epoch, that are not settled yet:
 * bounded in number and bytes, settled in any order by any thread.
 *
 * <p>One owner thread at a time opens deliveries. The window spans from the oldest unsettled delivery
 * to the newest one, so that what a crash would repeat is bounded too. Nothing is allocated after
 * construction, and no lock is taken.
 */
public final class AcknowledgementWindow {

  /** No position. */
  public static final long NONE = Long.MIN_VALUE;

  /**
   * An empty window.
   *
   * @param capacity number of deliveries it spans at most, positive
   * @param capacityBytes number of bytes it spans at most, positive; a larger delivery passes alone
   * @param onRoom called by the settling thread when {@link #hasRoom} had answered false and a
   *     delivery has left the window since; must not block
   */
  public AcknowledgementWindow(int capacity, long capacityBytes, Runnable onRoom) {
    throw new UnsupportedOperationException();
  }

  /**
   * Whether a delivery can be opened now. After the answer false {@code onRoom} is called once when
   * asking again is worth it. Owner thread only.
   *
   * @param bytes size of the delivery, not negative
   */
  public boolean hasRoom(int bytes) {
    throw new UnsupportedOperationException();
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
    throw new UnsupportedOperationException();
  }

  /**
   * Settles a delivery. Any thread, any order.
   *
   * @param sequence what {@link #open} returned
   * @return true the first time; false later, after {@link #close()}, and for an unknown sequence
   */
  public boolean settle(long sequence) {
    throw new UnsupportedOperationException();
  }

  /**
   * The position of an unsettled delivery.
   *
   * @param sequence of a delivery that nobody has settled
   */
  public long position(long sequence) {
    throw new UnsupportedOperationException();
  }

  /**
   * The highest position up to which everything is settled, {@link #NONE} before the first. Never
   * goes back. Any thread.
   */
  public long settledPosition() {
    throw new UnsupportedOperationException();
  }

  /** The lowest position that is not settled, {@link #NONE} if all are. Any thread. */
  public long oldestUnsettledPosition() {
    throw new UnsupportedOperationException();
  }

  /** How long ago the oldest unsettled delivery was opened; zero if all are settled. Any thread. */
  public Duration oldestUnsettledAge() {
    throw new UnsupportedOperationException();
  }

  /** The number of unsettled deliveries, counted at each call. Any thread. */
  public int unsettled() {
    throw new UnsupportedOperationException();
  }

  /** Whether all deliveries are settled. Any thread. */
  public boolean isEmpty() {
    throw new UnsupportedOperationException();
  }

  /** Ends the epoch: what is settled from now on does not count. Idempotent, any thread. */
  public void close() {
    throw new UnsupportedOperationException();
  }

  /** Whether the epoch is over. */
  public boolean isClosed() {
    throw new UnsupportedOperationException();
  }
}
