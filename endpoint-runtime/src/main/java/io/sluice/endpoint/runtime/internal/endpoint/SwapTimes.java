/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.runtime.internal.endpoint;

import java.util.concurrent.TimeUnit;
import org.osgi.framework.Version;

/**
 * How long the steps took in which one generation takes the place of another; times are those of
 * {@link System#nanoTime()}. Owned by the control thread.
 */
final class SwapTimes {

  private final Version former;
  private final long begun = System.nanoTime();
  private final long preparation;
  private long drained = begun;
  private long closed = begun;

  /**
   * The former generation begins to drain.
   *
   * @param preparation how long its successor was made before, in nanoseconds
   */
  SwapTimes(Version former, long preparation) {
    this.former = former;
    this.preparation = preparation;
  }

  void drained() {
    drained = System.nanoTime();
    closed = drained;
  }

  void closed() {
    closed = System.nanoTime();
  }

  /**
   * The successor has started now.
   *
   * @param made when its making began
   */
  String describe(Version successor, long made) {
    long now = System.nanoTime();
    long absent = Math.max(0, made - closed);
    return "from %s to %s in %d ms: prepared in %d ms before, drained in %d ms, closed in %d ms, started in %d ms%s"
        .formatted(
            former,
            successor,
            millis(now - begun),
            millis(preparation),
            millis(drained - begun),
            millis(closed - drained),
            millis(now - closed - absent),
            absent == 0 ? "" : ", without a successor for " + millis(absent) + " ms");
  }

  private static long millis(long nanos) {
    return TimeUnit.NANOSECONDS.toMillis(nanos);
  }
}
