/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.runtime.internal.registry;

import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A thread on which the runtime calls the framework for one purpose: registering a service runs the
 * listeners of others, which may block, on a thread that is waiting for the control thread or for
 * ever.
 */
public final class FrameworkThread implements Executor {

  private static final Logger LOG = LoggerFactory.getLogger(FrameworkThread.class);

  private final ThreadPoolExecutor executor;

  /**
   * Starts the thread.
   *
   * @param purpose what it does, for its name
   */
  public FrameworkThread(String purpose) {
    executor =
        new ThreadPoolExecutor(
            1,
            1,
            0,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            work -> newThread(purpose, work));
    executor.prestartCoreThread();
  }

  /**
   * Runs a task after those handed in before it; an exception is logged. After {@link #close} the
   * task is dropped: there is nothing left that it could tell the framework.
   */
  @Override
  public void execute(Runnable task) {
    try {
      executor.execute(() -> run(task));
    } catch (RejectedExecutionException e) {
      LOG.debug("A call into the framework came after the runtime had stopped", e);
    }
  }

  /**
   * Finishes what was handed in, and interrupts it if that takes longer than a limit.
   *
   * @return whether everything was done in time
   */
  public boolean close(Duration limit) throws InterruptedException {
    executor.shutdown();
    boolean done = executor.awaitTermination(limit.toMillis(), TimeUnit.MILLISECONDS);
    executor.shutdownNow();
    return done;
  }

  private static Thread newThread(String purpose, Runnable work) {
    Thread thread = new Thread(null, work, "sluice-runtime-" + purpose, 0, false);
    thread.setDaemon(true);
    thread.setContextClassLoader(FrameworkThread.class.getClassLoader());
    return thread;
  }

  private static void run(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException | Error e) {
      LOG.error("A call into the framework failed", e);
    }
  }
}
