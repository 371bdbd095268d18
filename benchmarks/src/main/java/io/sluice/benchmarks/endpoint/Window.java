/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.benchmarks.endpoint;

import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Bounds how many messages are under way, and ends the turn with the first that fails. */
public final class Window {

  /** What endpoints have by default. */
  public static final int SIZE = 1024;

  private static final int PATIENCE_SECONDS = 120;

  private final Semaphore room = new Semaphore(SIZE);
  private volatile Exception failure;

  /** Waits for room for one more message. */
  public void enter() throws Exception {
    take(1);
  }

  /**
   * The outcome of a message is known. Any thread.
   *
   * @param error why it was not taken; null if it was
   */
  public void leave(Exception error) {
    if (error != null) {
      failure = error;
    }
    room.release();
  }

  /** Waits until no message is under way. */
  public void awaitEmpty() throws Exception {
    take(SIZE);
    room.release(SIZE);
  }

  private void take(int permits) throws Exception {
    if (!room.tryAcquire(permits, PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      throw new TimeoutException("no outcome for " + PATIENCE_SECONDS + " s");
    }
    if (failure != null) {
      throw failure;
    }
  }
}
