/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.concurrent;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs a few tasks at a time on another executor; what finds no place waits, in order. So one user
 * of shared threads leaves some to the others, and threads that are made when needed stay few. Safe
 * for use by many threads.
 */
public final class BoundedExecutor implements Executor {

  private static final Logger LOG = LoggerFactory.getLogger(BoundedExecutor.class);

  private final Executor pool;
  private final Executor lookLater;
  private final long limitNanos;

  /** Tasks that wait for a place; guarded by this object, like all below. */
  private final Deque<Task> waiting = new ArrayDeque<>();

  /** Tasks that have a place. */
  private final Set<Task> running = new HashSet<>();

  private int free;
  private boolean looking;

  /**
   * Places without a limit in time.
   *
   * @param pool must not run tasks on the thread that hands them over
   * @param places how many tasks run at a time, positive
   */
  public BoundedExecutor(Executor pool, int places) {
    this(pool, places, Long.MAX_VALUE, look -> {});
  }

  /**
   * Places that a task which hangs gives up, though it keeps its thread.
   *
   * @param pool must not run tasks on the thread that hands them over
   * @param places how many tasks run at a time, positive
   * @param limitNanos after which a task gives its place up when others wait
   * @param lookLater runs a task after the limit
   */
  public BoundedExecutor(Executor pool, int places, long limitNanos, Executor lookLater) {
    this.pool = pool;
    this.free = places;
    this.limitNanos = limitNanos;
    this.lookLater = lookLater;
  }

  /**
   * Runs a task now, or when there is a place. One that had to wait runs also if the pool does not
   * take it then, on the thread that gives its place up.
   *
   * @throws RejectedExecutionException if the pool does not take it now
   */
  @Override
  public void execute(Runnable work) {
    Task task = new Task(work);
    if (enter(task)) {
      start(task);
      return;
    }
    startWaiting();
    if (mustLook()) {
      lookLater.execute(this::look);
    }
  }

  /** Whether there is a place now; else the task waits. */
  private synchronized boolean enter(Task task) {
    if (free == 0 || !waiting.isEmpty()) {
      waiting.add(task);
      return false;
    }
    free--;
    running.add(task);
    return true;
  }

  private synchronized boolean mustLook() {
    boolean first = !looking && !waiting.isEmpty();
    looking |= first;
    return first;
  }

  private void start(Task task) {
    try {
      pool.execute(task);
    } catch (RuntimeException | Error e) { // such as: shut down, or no more threads
      giveUp(task);
      throw e;
    }
  }

  /** Gives the place of a task to the next, by way of the pool: its other users have their turn. */
  private void passOn(Task over) {
    Task next = leave(over);
    while (next != null) {
      try {
        pool.execute(next);
        return;
      } catch (RuntimeException | Error e) {
        next = runHere(next);
      }
    }
  }

  private Task runHere(Task task) {
    try {
      task.work.run();
    } catch (RuntimeException | Error e) {
      LOG.error("A task failed", e);
    }
    return leave(task);
  }

  /** The next task has the place of one that is over, unless that has lost it already. */
  private synchronized Task leave(Task over) {
    if (!running.remove(over)) {
      return null;
    }
    Task next = waiting.poll();
    if (next == null) {
      free++;
    } else {
      next.begin();
      running.add(next);
    }
    return next;
  }

  private void look() {
    List<Task> hanging;
    synchronized (this) {
      looking = false;
      long now = System.nanoTime();
      hanging = running.stream().filter(task -> now - task.since >= limitNanos).toList();
    }
    hanging.forEach(this::giveUp);
    startWaiting();
    if (mustLook()) {
      lookLater.execute(this::look);
    }
  }

  /** As {@link #passOn}, but nothing runs on this thread: it is not the pool's. */
  private void giveUp(Task over) {
    Task next = leave(over);
    if (next != null) {
      tryToStart(next);
    }
  }

  /** Those that the pool did not take when they had their turn. */
  private void startWaiting() {
    Task next = takeWaiting();
    while (next != null && tryToStart(next)) {
      next = takeWaiting();
    }
  }

  private boolean tryToStart(Task next) {
    try {
      pool.execute(next);
      return true;
    } catch (RuntimeException | Error e) {
      putBack(next);
      return false;
    }
  }

  private synchronized Task takeWaiting() {
    Task next = free == 0 ? null : waiting.poll();
    if (next != null) {
      free--;
      next.begin();
      running.add(next);
    }
    return next;
  }

  private synchronized void putBack(Task next) {
    running.remove(next);
    free++;
    waiting.addFirst(next);
  }

  private final class Task implements Runnable {

    private final Runnable work;
    private long since = System.nanoTime();

    Task(Runnable work) {
      this.work = work;
    }

    /** It has its place from now on. */
    void begin() {
      since = System.nanoTime();
    }

    @Override
    public void run() {
      try {
        work.run();
      } finally {
        passOn(this);
      }
    }
  }
}
