/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.lifecycle;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.DoubleSupplier;

/**
 * The delays between attempts to connect: each twice the one before, up to a bound, and shortened
 * at random so that clients which lost the same backend do not come back at the same moment.
 *
 * <p>Belongs to the one task that connects; not safe for use by many threads at once.
 */
public final class Backoff {

  private final long initialMillis;
  private final long maxMillis;
  private final double jitter;
  private final int maxAttempts;
  private final DoubleSupplier random;
  private int attempts;

  /**
   * A backoff with the values of {@code reconnect.…}.
   *
   * @param initialDelay before the first attempt, positive
   * @param maxDelay bound of the delay, at least {@code initialDelay}
   * @param jitter share of the delay that chance may take off, from 0 to 1
   * @param maxAttempts bound of attempts until {@link #reset()}; negative for none
   */
  public Backoff(Duration initialDelay, Duration maxDelay, double jitter, int maxAttempts) {
    this(
        initialDelay,
        maxDelay,
        jitter,
        maxAttempts,
        () -> ThreadLocalRandom.current().nextDouble());
  }

  Backoff(
      Duration initialDelay,
      Duration maxDelay,
      double jitter,
      int maxAttempts,
      DoubleSupplier random) {
    this.initialMillis = initialDelay.toMillis();
    this.maxMillis = maxDelay.toMillis();
    this.jitter = jitter;
    this.maxAttempts = maxAttempts;
    this.random = random;
    if (initialMillis <= 0 || maxMillis < initialMillis || !(jitter >= 0 && jitter <= 1)) {
      throw new IllegalArgumentException(
          "no backoff: initial " + initialDelay + ", max " + maxDelay + ", jitter " + jitter);
    }
  }

  /** The delay before the next attempt; empty when the attempts are used up. */
  public Optional<Duration> next() {
    if (maxAttempts >= 0 && attempts >= maxAttempts) {
      return Optional.empty();
    }
    double delay = Math.min(maxMillis, initialMillis * Math.pow(2, attempts++));
    return Optional.of(Duration.ofMillis(Math.round(delay * (1 - jitter * random.getAsDouble()))));
  }

  /** Attempts since the last reset. */
  public int attempts() {
    return attempts;
  }

  /** Starts anew, after an attempt has succeeded. */
  public void reset() {
    attempts = 0;
  }
}
