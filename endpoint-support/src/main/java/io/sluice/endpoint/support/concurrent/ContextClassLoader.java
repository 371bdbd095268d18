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

  /** Runs a task with the loader and puts back the former one. */
  public void run(Runnable task) {
    Scope scope = enter();
    try {
      task.run();
    } finally {
      scope.close();
    }
  }

  /**
   * Calls a task with the loader and puts back the former one.
   *
   * @throws Exception what the task throws
   */
  public <T> T call(Callable<T> task) throws Exception {
    Scope scope = enter();
    try {
      return task.call();
    } finally {
      scope.close();
    }
  }

  /** Sets the loader until the scope is closed, by the same thread. */
  public Scope enter() {
    Thread thread = Thread.currentThread();
    ClassLoader former = thread.getContextClassLoader();
    thread.setContextClassLoader(loader);
    return () -> thread.setContextClassLoader(former);
  }

  /** Puts back the former loader when closed. */
  @FunctionalInterface
  public interface Scope extends AutoCloseable {

    @Override
    void close();
  }
}
