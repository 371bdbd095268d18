/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.concurrent;

import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The worker threads that all endpoints of one bundle share, so that a thousand idle endpoints do
 * not mean thousands of threads: a fixed number of workers and one timer thread, started when first
 * needed. The bundle's factory makes it when activated and closes it when deactivated.
 *
 * <p>A task must not block for long: it would hold up other endpoints. Safe for use by many
 * threads.
 */
public final class SharedWorkers implements Executor, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(SharedWorkers.class);

  private final EndpointThreads threads;
  private final ExecutorService workers;
  private final ScheduledThreadPoolExecutor timer;
  private final Duration grace;

  SharedWorkers(EndpointThreads threads, int count, Duration grace) {
    this.threads = threads;
    this.grace = grace;
    workers = Executors.newFixedThreadPool(count, threads.forPurpose("worker"));
    timer = new ScheduledThreadPoolExecutor(1, threads.forPurpose("timer"));
    timer.setRemoveOnCancelPolicy(true);
  }

  /**
   * Workers for the endpoints of a type: twice the number of processors, and at least four.
   *
   * @param type not null
   * @param owner a class of the bundle, whose loader becomes the context class loader
   */
  public static SharedWorkers of(String type, Class<?> owner) {
    return new SharedWorkers(
        EndpointThreads.of(type, "shared", ContextClassLoader.of(owner)),
        Math.max(4, 2 * Runtime.getRuntime().availableProcessors()),
        Duration.ofSeconds(5));
  }

  /**
   * Runs a task on a worker.
   *
   * @throws java.util.concurrent.RejectedExecutionException when closed
   */
  @Override
  public void execute(Runnable task) {
    workers.execute(task);
  }

  /**
   * Runs a task on a worker, once.
   *
   * @param delay from now, not null
   * @return to cancel it with; does not interrupt
   * @throws java.util.concurrent.RejectedExecutionException when closed
   */
  public Future<?> after(Duration delay, Runnable task) {
    return timer.schedule(() -> execute(task), delay.toNanos(), TimeUnit.NANOSECONDS);
  }

  /**
   * Runs a task on a worker at a fixed rate, never concurrently with itself: a turn that comes
   * while the former one is not done is left out.
   *
   * @param period between the starts and before the first one, positive
   * @return to cancel it with; does not interrupt
   * @throws java.util.concurrent.RejectedExecutionException when closed
   */
  public Future<?> every(Duration period, Runnable task) {
    AtomicBoolean busy = new AtomicBoolean();
    Runnable turn =
        () -> {
          try {
            task.run();
          } finally {
            busy.set(false);
          }
        };
    return timer.scheduleAtFixedRate(
        () -> {
          if (busy.compareAndSet(false, true)) {
            execute(turn);
          }
        },
        period.toNanos(),
        period.toNanos(),
        TimeUnit.NANOSECONDS);
  }

  /** How many threads are alive now. */
  public int threadCount() {
    return threads.count();
  }

  /**
   * Ends all threads: drops what is delayed, lets what is running or queued finish, and interrupts
   * what takes longer than five seconds. Returns when every thread has ended, the calling one
   * apart, and after ten seconds at the latest. Idempotent.
   */
  @Override
  public void close() {
    timer.shutdownNow();
    workers.shutdown();
    if (threads.joinAll(grace)) {
      return;
    }
    workers.shutdownNow();
    if (!threads.joinAll(grace)) {
      LOG.warn("{} did not end all of its threads: {} are left", threads, threads.count());
    }
  }
}
