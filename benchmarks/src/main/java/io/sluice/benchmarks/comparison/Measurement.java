/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.benchmarks.comparison;

import java.time.Instant;

/** What one round took for its messages. */
record Measurement(long messages, Instant begin, Instant end, Usage usage) {

  boolean covers(Instant time) {
    return !time.isBefore(begin) && !time.isAfter(end);
  }

  double messagesPerSecond() {
    return messages * 1e9 / usage.nanos();
  }

  double bytesPerMessage() {
    return (double) usage.allocatedBytes() / messages;
  }

  /** Processor time of the whole JVM, with its collector and compiler. */
  double cpuMicrosPerMessage() {
    return usage.cpuNanos() / 1e3 / messages;
  }
}
