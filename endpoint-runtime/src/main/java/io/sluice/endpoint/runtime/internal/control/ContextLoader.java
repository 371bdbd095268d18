/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.runtime.internal.control;

/**
 * Sets the thread's context class loader to that of the side whose code is about to run. Without an
 * allocation, since it is done for each message:
 *
 * <pre>{@code
 * ClassLoader previous = ContextLoader.enter(loader);
 * try { … } finally { ContextLoader.leave(previous); }
 * }</pre>
 */
public final class ContextLoader {

  private ContextLoader() {}

  /**
   * Sets the context class loader of the current thread.
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

  /** Sets the context class loader back. */
  public static void leave(ClassLoader previous) {
    Thread thread = Thread.currentThread();
    if (thread.getContextClassLoader() != previous) {
      thread.setContextClassLoader(previous);
    }
  }

  /** The context class loader of the current thread; may be null. */
  public static ClassLoader current() {
    return Thread.currentThread().getContextClassLoader();
  }
}
