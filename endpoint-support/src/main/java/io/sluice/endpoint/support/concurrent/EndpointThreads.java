/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.concurrent;

import java.security.AccessController;
import java.security.PrivilegedAction;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes, counts and joins the threads of one owner: an endpoint, or all endpoints of a bundle.
 * Threads are daemons, are named {@code sluice-<type>-<owner>-<purpose>-<n>}, have the bundle's
 * class loader as context class loader and inherit nothing else from the thread that happens to
 * make them.
 *
 * <p>Safe for use by many threads.
 */
public final class EndpointThreads {

  private static final Logger LOG = LoggerFactory.getLogger(EndpointThreads.class);

  private final String prefix;
  private final ClassLoader contextLoader;
  private final Set<Thread> threads = ConcurrentHashMap.newKeySet();

  private EndpointThreads(String prefix, ClassLoader contextLoader) {
    this.prefix = prefix;
    this.contextLoader = contextLoader;
  }

  /**
   * Threads of one owner.
   *
   * @param type the endpoint type, not null
   * @param owner the endpoint's name, or what the threads are shared for, not null
   * @param contextLoader not null
   */
  public static EndpointThreads of(String type, String owner, ContextClassLoader contextLoader) {
    Objects.requireNonNull(type, "type");
    Objects.requireNonNull(owner, "owner");
    return new EndpointThreads("sluice-" + type + "-" + owner + "-", contextLoader.loader());
  }

  /**
   * A factory of threads for one purpose; {@code n} in their names starts with 1.
   *
   * @param purpose not null
   */
  public ThreadFactory forPurpose(String purpose) {
    String name = prefix + purpose + "-";
    AtomicInteger last = new AtomicInteger();
    return task -> newThread(task, name + last.incrementAndGet());
  }

  /** How many threads are alive now. */
  public int count() {
    return (int) threads.stream().filter(Thread::isAlive).count();
  }

  /**
   * Waits until every thread made so far has ended, the calling one apart. Who calls this has told
   * them to end.
   *
   * @param timeout for all of them together
   * @return whether all have ended; false also when the calling thread was interrupted, which it
   *     then still is
   */
  public boolean joinAll(Duration timeout) {
    long deadline = System.nanoTime() + timeout.toNanos();
    for (Thread thread : threads) {
      if (thread != Thread.currentThread() && !join(thread, deadline - System.nanoTime())) {
        return false;
      }
    }
    return true;
  }

  /** The common part of the threads' names. */
  @Override
  public String toString() {
    return prefix + "*";
  }

  private static boolean join(Thread thread, long nanos) {
    try {
      // join(0) would wait for ever
      thread.join(Math.max(1, Duration.ofNanos(nanos).toMillis()));
      return !thread.isAlive();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /**
   * A thread keeps the protection domains of everything on the stack that made it, and with them
   * the class loaders of all callers on the stack; only a privileged frame cuts that off.
   */
  @SuppressWarnings("removal")
  private Thread newThread(Runnable task, String name) {
    threads.removeIf(thread -> thread.getState() == Thread.State.TERMINATED);
    Thread thread =
        AccessController.doPrivileged(
            (PrivilegedAction<Thread>) () -> new Thread(null, task, name, 0, false));
    thread.setDaemon(true);
    thread.setPriority(Thread.NORM_PRIORITY);
    thread.setContextClassLoader(contextLoader);
    thread.setUncaughtExceptionHandler(
        (dying, failure) -> LOG.error("Thread {} ends with an error", dying.getName(), failure));
    threads.add(thread);
    return thread;
  }
}
