/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.host.dropin;

import java.io.File;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells of each jar that cannot be used, once for each reason, and a moment late: a bundle that
 * comes right after may be what was missing. Safe for use by many threads.
 */
final class FailureReport implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(DropInBundles.class);
  private static final long REPORT_DELAY_MILLIS = 700;

  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(FailureReport::thread);
  private final Map<File, String> failures = new LinkedHashMap<>();
  private final Map<File, String> reported = new HashMap<>();
  private Future<?> next;

  synchronized void failed(File file, String reason) {
    failures.put(file, reason);
  }

  /** A file is tried again; the same failure is no news then. */
  synchronized void retry(File file) {
    failures.remove(file);
  }

  /** A file is in order, or gone. */
  synchronized void forget(File file) {
    failures.remove(file);
    reported.remove(file);
  }

  /** Reports after a moment, which begins anew with each call. */
  synchronized void flushSoon() {
    if (next != null) {
      next.cancel(false);
    }
    if (!timer.isShutdown()) {
      next = timer.schedule(this::flush, REPORT_DELAY_MILLIS, TimeUnit.MILLISECONDS);
    }
  }

  synchronized void flush() {
    failures.forEach(
        (file, reason) -> {
          if (!reason.equals(reported.put(file, reason))) {
            LOG.error("{}: {}", file, reason);
          }
        });
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }

  private static Thread thread(Runnable task) {
    Thread thread = new Thread(null, task, "sluice-dropin-report", 0, false);
    thread.setDaemon(true);
    thread.setContextClassLoader(FailureReport.class.getClassLoader());
    return thread;
  }
}
