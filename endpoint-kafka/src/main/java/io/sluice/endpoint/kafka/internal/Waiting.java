/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.kafka.internal;

import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.apache.kafka.common.errors.WakeupException;

/**
 * Calls of a client that wait for brokers, on the thread that owns the client. Other threads wake
 * up the client to end its poll, and may hit such a call, which then is made again; a wake-up ends
 * it only when there is nothing to wait for any more. Immutable.
 */
final class Waiting {

  private final BooleanSupplier over;

  /**
   * Waits until a condition holds.
   *
   * @param over whether there is nothing to wait for any more
   */
  Waiting(BooleanSupplier over) {
    this.over = over;
  }

  /**
   * Makes a call until it is answered or fails.
   *
   * @throws WakeupException if the wait is over
   */
  <T> T on(Supplier<T> call) {
    while (true) {
      try {
        return call.get();
      } catch (WakeupException e) {
        if (over.getAsBoolean()) {
          throw e;
        }
      }
    }
  }
}
