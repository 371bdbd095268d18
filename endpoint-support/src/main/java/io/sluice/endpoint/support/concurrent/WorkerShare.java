/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.concurrent;

import java.util.ArrayDeque;
import java.util.LinkedHashSet;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;

/**
 * One endpoint's share of the threads that call subscribers and other code of the host: a few
 * places, so that subscribers that block hold up their own endpoint alone. What finds no place
 * waits, in order.
 *
 * <p>Who holds a place for too long is told by name. Safe for use by many threads.
 */
public final class WorkerShare implements Executor {

  private final Executor pool;
  private final Set<Call> running;
  private final Consumer<String> trouble;

  /** Tasks that wait for a place; guarded by this object, like all below. */
  private final Queue<Call> waiting = new ArrayDeque<>();

  private final Set<Call> stuck = new LinkedHashSet<>();
  private int free;

  /**
   * A share.
   *
   * @param running where its calls are found while they run; safe for use by many threads
   * @param trouble takes who holds places for too long; empty when nobody does any more
   */
  WorkerShare(Executor pool, int places, Set<Call> running, Consumer<String> trouble) {
    this.pool = pool;
    this.free = places;
    this.running = running;
    this.trouble = trouble;
  }

  /** Runs a task that calls code which has no name. */
  @Override
  public void execute(Runnable task) {
    submit(new Call("the host", task));
  }

  /**
   * An executor of tasks that call the same code.
   *
   * @param who for people, such as {@code the subscriber of client id 'a'}
   */
  public Executor calling(String who) {
    return task -> submit(new Call(who, task));
  }

  private void submit(Call call) {
    synchronized (this) {
      if (free == 0) {
        waiting.add(call);
        return;
      }
      free--;
    }
    try {
      pool.execute(call);
    } catch (RejectedExecutionException e) {
      freePlace();
      throw e;
    }
  }

  /** Passes a place on, to the pool's queue, as other endpoints have their turn. */
  private void freePlace() {
    Call next = next();
    while (next != null) {
      try {
        pool.execute(next);
        return;
      } catch (RejectedExecutionException e) {
        next.work.run(); // it was accepted before the shutdown
        next = next();
      }
    }
  }

  private synchronized Call next() {
    Call next = waiting.poll();
    if (next == null) {
      free++;
    }
    return next;
  }

  private void tell(Call call, boolean isStuck) {
    String names;
    synchronized (this) {
      boolean changed = isStuck ? stuck.add(call) : stuck.remove(call);
      if (!changed) {
        return;
      }
      names = String.join(", ", stuck.stream().map(each -> each.who).distinct().toList());
    }
    trouble.accept(
        names.isEmpty()
            ? ""
            : names + " has blocked a thread for long: it must hand over what takes time");
  }

  /** One task, from its submission to its end. */
  final class Call implements Runnable {

    private final String who;
    private final Runnable work;
    private volatile long since;
    private volatile boolean told;

    private Call(String who, Runnable work) {
      this.who = who;
      this.work = work;
    }

    @Override
    public void run() {
      since = System.nanoTime();
      running.add(this);
      try {
        work.run();
      } finally {
        running.remove(this);
        if (told) {
          tell(this, false);
        }
        freePlace();
      }
    }

    /** Tells who is called if that takes longer than a time. */
    void look(long now, long nanos) {
      if (!told && now - since > nanos) {
        told = true;
        tell(this, true);
        if (!running.contains(this)) {
          tell(this, false); // it has ended meanwhile
        }
      }
    }
  }
}
