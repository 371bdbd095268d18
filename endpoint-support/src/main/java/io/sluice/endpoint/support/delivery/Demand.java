/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.delivery;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * What a subscriber has requested, as a total that only grows: the thread that serves it keeps
 * count of what it has served, so that nothing is contended for a message. Safe for use by many
 * threads.
 */
public final class Demand {

  private static final VarHandle TOTAL;

  static {
    try {
      TOTAL = MethodHandles.lookup().findVarHandle(Demand.class, "total", long.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private volatile long total;

  /** The sum of two demands, neither of which is negative; {@code Long.MAX_VALUE} at most. */
  public static long sum(long one, long other) {
    long sum = one + other;
    return sum < 0 ? Long.MAX_VALUE : sum;
  }

  /**
   * Adds to the demand. At {@code Long.MAX_VALUE} it is without bound (rule 3.17).
   *
   * @param n positive
   */
  public void add(long n) {
    long before;
    long after;
    do {
      before = total;
      after = sum(before, n);
    } while (!TOTAL.compareAndSet(this, before, after));
  }

  /**
   * Whether there is demand left.
   *
   * @param served how much was served
   */
  public boolean exceeds(long served) {
    long requested = total;
    return requested > served || requested == Long.MAX_VALUE;
  }
}
