/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.concurrent;

import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs a task after a while, once however often it is asked to before. One thread asks; the task
 * runs on a worker.
 */
public final class Reminder {

  private static final Logger LOG = LoggerFactory.getLogger(Reminder.class);

  private final SharedWorkers workers;
  private final Duration delay;
  private final Runnable task;

  private volatile boolean set;

  /**
   * A reminder that is not set.
   *
   * @param task must not throw
   */
  public Reminder(SharedWorkers workers, Duration delay, Runnable task) {
    this.workers = workers;
    this.delay = delay;
    this.task = task;
  }

  /** Makes the task run after the delay, or when it was to run already. */
  public void set() {
    if (set) {
      return;
    }
    set = true;
    try {
      workers.after(delay, this::run);
    } catch (RejectedExecutionException e) {
      LOG.debug("The bundle has stopped", e);
    }
  }

  private void run() {
    set = false;
    task.run();
  }
}
