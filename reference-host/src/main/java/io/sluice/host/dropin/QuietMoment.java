/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.host.dropin;

import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Runs a task when no more changes come for a moment. Safe for use by many threads. */
final class QuietMoment implements AutoCloseable {

  private static final long LENGTH_MILLIS = 700;

  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(QuietMoment::thread);
  private final Runnable task;
  private Future<?> next;

  QuietMoment(Runnable task) {
    this.task = task;
  }

  /** A change has come: the moment begins anew. */
  synchronized void changed() {
    if (next != null) {
      next.cancel(false);
    }
    if (!timer.isShutdown()) {
      next = timer.schedule(task, LENGTH_MILLIS, TimeUnit.MILLISECONDS);
    }
  }

  @Override
  public synchronized void close() {
    timer.shutdownNow();
  }

  private static Thread thread(Runnable task) {
    Thread thread = new Thread(null, task, "sluice-dropin-quiet", 0, false);
    thread.setDaemon(true);
    thread.setContextClassLoader(QuietMoment.class.getClassLoader());
    return thread;
  }
}
