/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.concurrent;

import java.util.concurrent.Callable;

/**
 * The class loader that an endpoint's bundle wants as the thread's context class loader around
 * calls that load classes by name: construction of a client, static initialisation, login.
 * Immutable.
 */
public final class ContextClassLoader {

  private final ClassLoader loader;

  private ContextClassLoader(ClassLoader loader) {
    this.loader = loader;
  }

  /**
   * The loader of a class of the bundle.
   *
   * @param owner not null
   */
  public static ContextClassLoader of(Class<?> owner) {
    ClassLoader loader = owner.getClassLoader();
    return new ContextClassLoader(loader == null ? ClassLoader.getSystemClassLoader() : loader);
  }

  /** The loader, never null. */
  public ClassLoader loader() {
    return loader;
  }

  /**
   * Sets the context class loader of the current thread, without an allocation, as it may be done
   * for each message:
   *
   * <pre>{@code
   * ClassLoader previous = ContextClassLoader.enter(loader);
   * try { … } finally { ContextClassLoader.leave(previous); }
   * }</pre>
   *
   * @param loader may be null
   * @return the one to give to {@link #leave}; may be null
   */
  public static ClassLoader enter(ClassLoader loader) {
    Thread thread = Thread.currentThread();
    ClassLoader previous = thread.getContextClassLoader();
    if (previous != loader) {
      thread.setContextClassLoader(loader);
    }
    return previous;
  }

  /** Sets the context class loader back; null if there was none. */
  public static void leave(ClassLoader previous) {
    enter(previous);
  }

  /** The context class loader of the current thread; may be null. */
  public static ClassLoader current() {
    return Thread.currentThread().getContextClassLoader();
  }

  /** Runs a task with the loader and puts back the former one. */
  public void run(Runnable task) {
    ClassLoader previous = enter(loader);
    try {
      task.run();
    } finally {
      leave(previous);
    }
  }

  /**
   * Calls a task with the loader and puts back the former one.
   *
   * @throws Exception what the task throws
   */
  public <T> T call(Callable<T> task) throws Exception {
    ClassLoader previous = enter(loader);
    try {
      return task.call();
    } finally {
      leave(previous);
    }
  }

  /** Sets the loader until the scope is closed, by the same thread. */
  public Scope enter() {
    ClassLoader previous = enter(loader);
    return () -> leave(previous);
  }

  /** Puts back the former loader when closed. */
  @FunctionalInterface
  public interface Scope extends AutoCloseable {

    @Override
    void close();
  }
}
