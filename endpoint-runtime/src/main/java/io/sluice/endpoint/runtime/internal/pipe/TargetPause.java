/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.runtime.internal.pipe;

import io.sluice.endpoint.Delivery;
import io.sluice.endpoint.runtime.internal.control.ControlThread;
import io.sluice.endpoint.runtime.internal.stream.UncountedRequeue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/**
 * Keeps the deliveries that the target could not take for reasons of its own, for the length of a
 * pause in which the pipe asks for nothing more. Then they go back to the source, in their order,
 * which delivers them again. The pause doubles as long as the target confirms nothing. The target's
 * in-flight window bounds what is held. Safe for use by many threads.
 */
final class TargetPause {

  private static final long MIN_DELAY_MILLIS = 50;
  private static final int MAX_DOUBLINGS = 7;

  private final ControlThread control;
  private final Executor pluginThreads;
  private final Runnable onOver;

  /** What is held; guarded by this object, as is the number of pauses in a row. */
  private List<Delivery> held = new ArrayList<>();

  private int pauses;

  /** The pause of {@link #held}, by number; so that the timer of a former one does not end it. */
  private long number;

  private volatile boolean active;

  /**
   * No pause.
   *
   * @param pluginThreads runs what calls the source
   * @param onOver called when a pause is over, and what was held is with the source again
   */
  TargetPause(ControlThread control, Executor pluginThreads, Runnable onOver) {
    this.control = control;
    this.pluginThreads = pluginThreads;
    this.onOver = onOver;
  }

  /** Whether the pipe is to ask for nothing more. */
  boolean isActive() {
    return active;
  }

  /** Holds a delivery; begins a pause unless there is one. */
  void hold(Delivery delivery) {
    long begun;
    Duration delay;
    synchronized (this) {
      held.add(delivery);
      if (active) {
        return;
      }
      active = true;
      begun = number;
      delay = nextDelay();
    }
    try {
      control.schedule(() -> pluginThreads.execute(() -> timeIsUp(begun)), delay);
    } catch (RejectedExecutionException e) {
      end(); // the runtime stops
    }
  }

  private Duration nextDelay() {
    int doublings = pauses;
    pauses = Math.min(MAX_DOUBLINGS, doublings + 1);
    return Duration.ofMillis(MIN_DELAY_MILLIS << doublings);
  }

  /** The target takes messages again. */
  void reset() {
    if (pauses != 0) {
      forgetPauses();
    }
  }

  private synchronized void forgetPauses() {
    pauses = 0;
  }

  private void timeIsUp(long begun) {
    synchronized (this) {
      if (begun != number) {
        return; // it was ended before, and another may have begun
      }
    }
    end();
  }

  /** Ends the pause, if there is one, before its time. Calls the source. */
  void end() {
    List<Delivery> due;
    synchronized (this) {
      due = held;
      held = new ArrayList<>();
      active = false;
      number++;
    }
    due.forEach(UncountedRequeue::of);
    onOver.run();
  }

  synchronized int size() {
    return held.size();
  }
}
