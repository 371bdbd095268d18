/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.host.dropin;

import java.io.File;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells of each jar that cannot be used, once for each reason. Safe for use by many threads: who
 * asks that all is told need not be the one who fails.
 */
final class FailureReport {

  private static final Logger LOG = LoggerFactory.getLogger(DropInBundles.class);

  private final Map<File, String> failures = new LinkedHashMap<>();
  private final Map<File, String> reported = new HashMap<>();

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

  /** Tells of every failure that there is and was not told of yet. */
  synchronized void flush() {
    failures.forEach(
        (file, reason) -> {
          if (!reason.equals(reported.put(file, reason))) {
            LOG.error("{}: {}", file, reason);
          }
        });
  }
}
