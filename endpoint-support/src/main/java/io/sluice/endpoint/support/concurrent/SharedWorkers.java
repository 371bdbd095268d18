package io.sluice.endpoint.support.concurrent;

import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;

/**
 * The worker threads that all endpoints of one bundle share, so that a thousand idle endpoints do not
 * mean thousands of threads: a fixed number of workers and one timer thread, started when first
 * needed. The bundle's factory makes it when activated and closes it when deactivated.
 *
 * <p>A task must not block for long: it would hold up other endpoints. Safe for use by many threads.
 */
public final class SharedWorkers implements Executor, AutoCloseable {

  /**
   * Workers for the endpoints of a type: twice the number of processors, and at least four.
   *
   * @param type not null
   * @param owner a class of the bundle, whose loader becomes the context class loader
   */
  public static SharedWorkers of(String type, Class<?> owner) {
    throw new UnsupportedOperationException();
  }

  /**
   * Runs a task on a worker.
   *
   * @throws java.util.concurrent.RejectedExecutionException when closed
   */
  @Override
  public void execute(Runnable task) {
    throw new UnsupportedOperationException();
  }

  /**
   * Runs a task on a worker, once.
   *
   * @param delay from now, not null
   * @return to cancel it with; does not interrupt
   * @throws java.util.concurrent.RejectedExecutionException when closed
   */
  public Future<?> after(Duration delay, Runnable task) {
    throw new UnsupportedOperationException();
  }

  /**
   * Runs a task on a worker at a fixed rate, never concurrently with itself: a turn that comes while
   * the former one is not done is left out.
   *
   * @param period between the starts and before the first one, positive
   * @return to cancel it with; does not interrupt
   * @throws java.util.concurrent.RejectedExecutionException when closed
   */
  public Future<?> every(Duration period, Runnable task) {
    throw new UnsupportedOperationException();
  }

  /** How many threads are alive now. */
  public int threadCount() {
    throw new UnsupportedOperationException();
  }

  /**
   * Ends all threads: drops what is delayed, lets what is running or queued finish, and interrupts
   * what takes longer than a few seconds. Returns when every thread has ended, the calling one apart,
   * and after ten seconds at the latest. Idempotent.
   */
  @Override
  public void close() {
    throw new UnsupportedOperationException();
  }
}
