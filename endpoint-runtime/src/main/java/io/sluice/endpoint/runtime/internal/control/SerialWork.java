/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.runtime.internal.control;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Work that is done again whenever it is asked for, never concurrently with itself: by the thread
 * that finds no other at it, which also does what is asked for meanwhile. So it does not recurse
 * when it is asked for within itself. Safe for use by many threads; takes no lock.
 */
public final class SerialWork {

  private final Runnable work;
  private final AtomicInteger asked = new AtomicInteger();

  /**
   * Work that was not asked for yet.
   *
   * @param work must not throw
   */
  public SerialWork(Runnable work) {
    this.work = work;
  }

  /** Has the work done after this call at the latest, or by the thread that is at it. */
  public void run() {
    if (asked.getAndIncrement() != 0) {
      return;
    }
    int seen = 1;
    do {
      work.run();
      seen = asked.addAndGet(-seen);
    } while (seen != 0);
  }
}
