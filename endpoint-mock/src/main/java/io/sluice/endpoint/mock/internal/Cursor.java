/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.mock.internal;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Where one client id stands in the endless sequence of messages: hands out their indexes, on
 * demand or as they fall due, up to the count. Safe for use by many threads.
 */
final class Cursor {

  /** No index now. */
  static final long NONE = -1;

  private final boolean onDemand;
  private final long count;
  private final int maxDue;
  private final AtomicLong next = new AtomicLong();
  private final AtomicInteger due = new AtomicInteger();

  /**
   * A cursor at index 0.
   *
   * @param maxDue how many messages may be due and not taken
   */
  Cursor(MockSettings.Messages settings, int maxDue) {
    this.onDemand = settings.onDemand();
    this.count = settings.count();
    this.maxDue = maxDue;
  }

  /** Takes the next index; {@link #NONE} if there is none now. */
  long take() {
    if (!onDemand && !takeDue()) {
      return NONE;
    }
    // No getAndIncrement: it would run past the count.
    for (long index = next.get(); index < count; index = next.get()) {
      if (next.compareAndSet(index, index + 1)) {
        return index;
      }
    }
    return NONE;
  }

  /** One more message is due, unless too many are already. */
  void tick() {
    if (!isAtEnd()) {
      due.getAndUpdate(messages -> Math.min(messages + 1, maxDue));
    }
  }

  /** The index that {@link #take()} hands out next. */
  long next() {
    return next.get();
  }

  /** Whether all messages up to the count were taken. */
  boolean isAtEnd() {
    return next.get() >= count;
  }

  /** Goes to an index, back or forth. */
  void moveTo(long index) {
    next.set(index);
    due.set(0);
  }

  /** Goes to an index unless it is ahead. */
  void moveBackTo(long index) {
    next.accumulateAndGet(index, Math::min);
  }

  /** How many messages can be taken now; negative if there is no limit. */
  long available() {
    if (!onDemand) {
      return due.get();
    }
    return count == Long.MAX_VALUE ? -1 : Math.max(0, count - next.get());
  }

  private boolean takeDue() {
    return due.getAndUpdate(messages -> Math.max(messages - 1, 0)) > 0;
  }
}
