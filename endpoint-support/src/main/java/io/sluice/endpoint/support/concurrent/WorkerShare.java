/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.concurrent;

import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * One endpoint's share of the threads that call code of the host for one purpose, so that
 * subscribers that block hold up their own endpoint alone. Who blocks a thread for long is told by
 * name. Safe for use by many threads.
 */
public final class WorkerShare implements Executor {

  private final Executor threads;
  private final Set<Call> running;
  private final Consumer<String> trouble;

  /** Calls that take too long; guarded by this object. */
  private final Set<Call> stuck = new LinkedHashSet<>();

  /**
   * A share.
   *
   * @param running where its calls are found while they run; safe for use by many threads
   * @param trouble takes who blocks a thread, in words for people; empty when nobody does any more.
   *     Called within a lock
   */
  WorkerShare(Executor threads, Set<Call> running, Consumer<String> trouble) {
    this.threads = threads;
    this.running = running;
    this.trouble = trouble;
  }

  /** Runs a task that calls code which has no name. */
  @Override
  public void execute(Runnable task) {
    threads.execute(new Call("the host", task));
  }

  /**
   * An executor of tasks that call the same code.
   *
   * @param who for people, such as {@code the subscriber of client id 'a'}
   */
  public Executor calling(String who) {
    return task -> threads.execute(new Call(who, task));
  }

  /** Within the lock, so that what is told last is what holds. */
  private synchronized void tell(Call call, boolean isStuck) {
    boolean changed = isStuck ? stuck.add(call) : stuck.remove(call);
    if (!changed) {
      return;
    }
    String names = String.join(", ", stuck.stream().map(each -> each.who).distinct().toList());
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
