/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.kafka.internal;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/** When a consumer leaves, and how. Any thread may tell, and ask. */
final class LeavePlan {

  private static final long NOT_BEGUN = Long.MAX_VALUE;

  private final BooleanSupplier nothingLeft;
  private final long born = System.nanoTime();

  /** Nanoseconds since {@link #born} when waiting for settlements ends. Only becomes earlier. */
  private volatile long deadline = NOT_BEGUN;

  private volatile boolean remains;

  /**
   * Not begun.
   *
   * @param nothingLeft whether there is nothing to wait for
   */
  LeavePlan(BooleanSupplier nothingLeft) {
    this.nothingLeft = nothingLeft;
  }

  /** Begins, and gives what is unsettled this time, or less if it had less already. */
  synchronized void begin(Duration time) {
    deadline = Math.min(deadline, System.nanoTime() - born + time.toNanos());
  }

  /** Says whether its place in the group is kept. */
  void remain(boolean remain) {
    remains = remain;
  }

  boolean remains() {
    return remains;
  }

  boolean isBegun() {
    return deadline != NOT_BEGUN;
  }

  /** Whether nothing is left to wait for, or it has been waited for long enough. */
  boolean isOver() {
    return isBegun() && (System.nanoTime() - born >= deadline || nothingLeft.getAsBoolean());
  }
}
