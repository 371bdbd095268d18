package io.sluice.endpoint.support.publishing;

/**
 * Bounds the messages under way to a backend, in number and bytes. Never blocks; safe for use by many
 * threads.
 */
public final class InFlightWindow {

  /**
   * An empty window.
   *
   * @param capacity number of messages, positive
   * @param capacityBytes number of bytes, positive; a larger message passes alone
   */
  public InFlightWindow(int capacity, long capacityBytes) {
    throw new UnsupportedOperationException();
  }

  /**
   * Takes a place.
   *
   * @param bytes size of the message, not negative
   * @return whether there was one; then {@link #release} is owed
   */
  public boolean tryAcquire(int bytes) {
    throw new UnsupportedOperationException();
  }

  /**
   * Gives back a place.
   *
   * @param bytes what it was acquired with
   */
  public void release(int bytes) {
    throw new UnsupportedOperationException();
  }

  /** The number of messages in flight. */
  public int inFlight() {
    throw new UnsupportedOperationException();
  }

  /** The number of bytes in flight. */
  public long inFlightBytes() {
    throw new UnsupportedOperationException();
  }
}
