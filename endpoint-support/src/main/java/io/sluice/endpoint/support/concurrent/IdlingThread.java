/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.concurrent;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Executors with one thread of an endpoint, which ends while there is nothing to do. */
public final class IdlingThread {

  private static final long IDLE_SECONDS = 10;

  private IdlingThread() {}

  /**
   * An executor whose tasks run one after the other, and may wait.
   *
   * @param purpose part of the thread's name
   */
  public static ThreadPoolExecutor of(EndpointThreads threads, String purpose) {
    ThreadPoolExecutor executor =
        new ThreadPoolExecutor(
            1,
            1,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            threads.forPurpose(purpose));
    executor.allowCoreThreadTimeOut(true);
    return executor;
  }
}
