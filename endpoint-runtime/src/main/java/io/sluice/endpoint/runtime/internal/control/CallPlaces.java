/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.runtime.internal.control;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Bounds how many calls are under way at a time; others wait for their turn, in order. Belongs to
 * the control thread.
 */
final class CallPlaces {

  private final Deque<Runnable> waiting = new ArrayDeque<>();
  private int free;

  CallPlaces(int count) {
    free = count;
  }

  /** Takes a place and begins, now or when there is one; then {@link #leave} is owed. */
  void enter(Runnable begin) {
    if (free > 0) {
      free--;
      begin.run();
    } else {
      waiting.add(begin);
    }
  }

  /** Gives a place to the next one. */
  void leave() {
    Runnable next = waiting.poll();
    if (next == null) {
      free++;
    } else {
      next.run();
    }
  }
}
