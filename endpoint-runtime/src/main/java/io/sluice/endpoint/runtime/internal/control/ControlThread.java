/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.runtime.internal.control;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that owns the state of all configurations, factories and endpoints. Nothing that
 * may block, and no code of a plugin or host, runs on it.
 *
 * <p>The thread is made with this object, not by the first caller that posts, so that it never
 * inherits anything from a plugin.
 */
public final class ControlThread implements Executor, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(ControlThread.class);

  private final ScheduledThreadPoolExecutor executor;
  private volatile Thread thread;
  private volatile boolean closed;

  public ControlThread() {
    executor = new ScheduledThreadPoolExecutor(1, this::newThread);
    executor.setRemoveOnCancelPolicy(true);
    executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    executor.prestartCoreThread();
  }

  private Thread newThread(Runnable work) {
    Thread created = new Thread(null, work, "sluice-runtime-control", 0, false);
    created.setDaemon(true);
    created.setContextClassLoader(ControlThread.class.getClassLoader());
    thread = created;
    return created;
  }

  /**
   * Runs a task on the control thread, after those posted before it. An exception of the task is
   * logged and does no harm to others. Any thread.
   *
   * @throws RejectedExecutionException after {@link #close()}
   */
  @Override
  public void execute(Runnable task) {
    Objects.requireNonNull(task, "task");
    if (closed) {
      throw new RejectedExecutionException("the runtime has stopped");
    }
    executor.execute(() -> run(task));
  }

  /**
   * Runs a task on the control thread after a delay. Any thread.
   *
   * @return cancels the task; after {@link #close()} the task does not run any more
   * @throws RejectedExecutionException after {@link #close()}
   */
  public Future<?> schedule(Runnable task, Duration delay) {
    Objects.requireNonNull(task, "task");
    return executor.schedule(() -> run(task), delay.toNanos(), TimeUnit.NANOSECONDS);
  }

  /** Whether the caller runs on the control thread. */
  public boolean isCurrent() {
    return Thread.currentThread() == thread;
  }

  /** Lets the tasks posted before it finish; delayed tasks are dropped. Does not wait. */
  @Override
  public void close() {
    if (!closed) {
      closed = true;
      executor.execute(executor::shutdown); // an immediate shutdown would drop what is posted
    }
  }

  private static void run(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException | Error e) {
      LOG.error("A task of the runtime failed", e);
    }
  }
}
