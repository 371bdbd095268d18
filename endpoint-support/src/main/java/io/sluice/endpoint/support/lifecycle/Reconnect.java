/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.lifecycle;

import io.sluice.endpoint.support.schema.Settings;
import java.time.Duration;

/**
 * How often to try to reach a backend: the properties {@code reconnect.…} of every type. Immutable.
 *
 * @param initialDelay before the first attempt, positive
 * @param maxDelay bound of the delay, at least {@code initialDelay}
 * @param jitter share of the delay that chance may take off, from 0 to 1
 * @param maxAttempts bound of attempts in a row; negative for none
 */
public record Reconnect(Duration initialDelay, Duration maxDelay, double jitter, int maxAttempts) {

  /** Reads the section {@code reconnect}, validated. */
  public static Reconnect of(Settings reconnect) {
    return new Reconnect(
        reconnect.millis("initialDelay"),
        reconnect.millis("maxDelay"),
        reconnect.decimal("jitter"),
        reconnect.integer("maxAttempts"));
  }

  /** Delays between attempts to connect. */
  public Backoff backoff() {
    return new Backoff(initialDelay, maxDelay, jitter, maxAttempts);
  }

  /** The same delays, without a bound of attempts. */
  public Backoff endlessBackoff() {
    return new Backoff(initialDelay, maxDelay, jitter, -1);
  }
}
