/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.mock.internal;

import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Decides which messages meet with a fault: from their number and the seed alone, so that each run
 * sees the same faults. Safe for use by many threads.
 */
final class FaultInjector {

  /** What happens after a delivery. */
  enum AfterDelivery {
    NOTHING,
    DISCONNECT,
    FAIL
  }

  private final MockSettings.Faults settings;
  private final boolean countsDeliveries;
  private final AtomicLong deliveries = new AtomicLong();

  FaultInjector(MockSettings.Faults settings) {
    this.settings = settings;
    countsDeliveries = settings.failAfter() > 0 || settings.disconnectEvery() > 0;
  }

  /** Counts one delivery. */
  AfterDelivery afterDelivery() {
    return countsDeliveries ? afterDelivery(deliveries.incrementAndGet()) : AfterDelivery.NOTHING;
  }

  /** Whether the backend refuses a published message. */
  boolean rejectsPublish(long index) {
    return settings.publishErrorRate() > 0
        && new SplittableRandom(settings.seed() ^ index * 0x9E3779B97F4A7C15L).nextDouble()
            < settings.publishErrorRate();
  }

  private AfterDelivery afterDelivery(long number) {
    if (settings.failAfter() > 0 && number >= settings.failAfter()) {
      return AfterDelivery.FAIL;
    }
    return settings.disconnectEvery() > 0 && number % settings.disconnectEvery() == 0
        ? AfterDelivery.DISCONNECT
        : AfterDelivery.NOTHING;
  }
}
