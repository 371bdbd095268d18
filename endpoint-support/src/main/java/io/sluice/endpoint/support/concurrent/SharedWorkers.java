/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.concurrent;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The worker threads that all endpoints of one bundle share, so that a thousand idle endpoints do
 * not mean thousands of threads: a fixed number of workers, of threads that call code of the host,
 * and one timer thread, started when first needed. The bundle's factory makes it when activated and
 * closes it when deactivated.
 *
 * <p>A task of the workers must not block for long, nor call code of the host, which may: deadlines
 * pass there. For such calls each endpoint has shares of the other threads. Safe for use by many
 * threads.
 */
public final class SharedWorkers implements Executor, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(SharedWorkers.class);

  /** After that a call is told as one that blocks. */
  private static final Duration CALL_LIMIT = Duration.ofSeconds(10);

  private final EndpointThreads threads;
  private final ExecutorService workers;
  private final ExecutorService callers;
  private final ScheduledThreadPoolExecutor timer;
  private final int callerCount;
  private final Duration grace;
  private final Duration callLimit;
  private final Set<WorkerShare.Call> calls = ConcurrentHashMap.newKeySet();
  private final AtomicBoolean looking = new AtomicBoolean();

  SharedWorkers(
      EndpointThreads threads, int count, int callerCount, Duration grace, Duration callLimit) {
    this.threads = threads;
    this.callerCount = callerCount;
    this.grace = grace;
    this.callLimit = callLimit;
    workers = Executors.newFixedThreadPool(count, threads.forPurpose("worker"));
    callers = Executors.newFixedThreadPool(callerCount, threads.forPurpose("caller"));
    timer = new ScheduledThreadPoolExecutor(1, threads.forPurpose("timer"));
    timer.setRemoveOnCancelPolicy(true);
  }

  /**
   * Workers for the endpoints of a type: as many as processors, and twice as many threads that call
   * code of the host; at least two and four.
   *
   * @param type not null
   * @param owner a class of the bundle, whose loader becomes the context class loader
   */
  public static SharedWorkers of(String type, Class<?> owner) {
    int processors = Math.max(2, Runtime.getRuntime().availableProcessors());
    return new SharedWorkers(
        EndpointThreads.of(type, "shared", ContextClassLoader.of(owner)),
        processors,
        2 * processors,
        Duration.ofSeconds(5),
        CALL_LIMIT);
  }

  /**
   * An endpoint's share of the threads that call code of the host, for deliveries: half of them at
   * a time.
   *
   * @param trouble takes who blocks such a thread for more than ten seconds, in words for people;
   *     empty when nobody does any more. Called by a worker, or by a thread of the share; must not
   *     call code of the host
   */
  public WorkerShare deliveryShare(Consumer<String> trouble) {
    return share(callerCount / 2, trouble);
  }

  /**
   * The same for receipts and news of the status, which a subscriber may wait for: a quarter of the
   * threads.
   *
   * @param trouble as of {@link #deliveryShare}
   */
  public WorkerShare receiptShare(Consumer<String> trouble) {
    return share(callerCount / 4, trouble);
  }

  private WorkerShare share(int places, Consumer<String> trouble) {
    return new WorkerShare(new BoundedExecutor(this::call, Math.max(1, places)), calls, trouble);
  }

  private void call(Runnable task) {
    if (looking.compareAndSet(false, true)) {
      every(callLimit.dividedBy(10), this::look);
    }
    callers.execute(task);
  }

  private void look() {
    long now = System.nanoTime();
    calls.forEach(call -> call.look(now, callLimit.toNanos()));
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
    callers.shutdown();
    if (threads.joinAll(grace)) {
      return;
    }
    workers.shutdownNow();
    callers.shutdownNow();
    if (!threads.joinAll(grace)) {
      LOG.warn("{} did not end all of its threads: {} are left", threads, threads.count());
    }
  }
}
