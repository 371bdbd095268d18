/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.runtime.internal.control;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Lets signals pass until it is shut, and tells when the last one that had entered has left. A
 * source that takes over from another source of signals does so then, and so keeps the signals
 * serial (rule 1.3).
 *
 * <p>Safe for use by many threads; passing takes no lock.
 */
public final class SignalGate {

  private static final int SHUT = 1 << 30;

  /** The number of signals inside, plus SHUT. */
  private final AtomicInteger state = new AtomicInteger();

  private List<Runnable> successors = new ArrayList<>(1);

  /** Enters with a signal; {@link #leave} is owed if this returns true. */
  public boolean enter() {
    if ((state.getAndIncrement() & SHUT) == 0) {
      return true;
    }
    leave();
    return false;
  }

  /** Leaves after the signal was passed on. */
  public void leave() {
    if (state.decrementAndGet() == SHUT) {
      runSuccessors();
    }
  }

  /** Lets no further signal in. */
  public void shut() {
    state.getAndUpdate(now -> now | SHUT);
  }

  /**
   * Lets no further signal in.
   *
   * @param successor runs once when no signal is inside any more: now, or on the thread that leaves
   *     last. Successors run in the order in which they came, but for those that race
   */
  public void shut(Runnable successor) {
    synchronized (this) {
      successors.add(successor);
    }
    if (state.updateAndGet(now -> now | SHUT) == SHUT) {
      runSuccessors();
    }
  }

  /** Whether it is shut and no signal is inside. */
  public boolean isQuiet() {
    return state.get() == SHUT;
  }

  private void runSuccessors() {
    List<Runnable> due;
    synchronized (this) {
      due = successors;
      successors = new ArrayList<>(1);
    }
    due.forEach(Runnable::run);
  }
}
