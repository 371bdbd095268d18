/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.runtime.internal.generation;

import java.time.Duration;
import java.util.Objects;

/**
 * The keys of a configuration that the runtime itself obeys. Immutable.
 *
 * @param drain how long unsettled deliveries, unconfirmed messages and open exchanges get to finish
 *     when the endpoint stops or is replaced; zero or more
 * @param redeliveryDelay how long a {@code nack(REQUEUE)} is held back; zero passes it on at once
 * @param maxDeliveries after so many deliveries of a message a {@code nack(REQUEUE)} becomes a
 *     {@code nack(DISCARD)}; zero or less for no limit
 * @param maxInFlight how many messages of one publisher may be waiting or under way, and how many
 *     exchanges may wait for a plugin; at least one
 * @param maxInFlightBytes how many bytes (payload, headers and key) of one publisher may be waiting
 *     or under way; at least one
 * @param callTimeout how long a call into the plugin may take, and how long a message or an
 *     exchange waits for a plugin to come; more than zero
 */
public record RuntimeSettings(
    Duration drain,
    Duration redeliveryDelay,
    int maxDeliveries,
    int maxInFlight,
    long maxInFlightBytes,
    Duration callTimeout) {

  /** What holds where a configuration says nothing. */
  public static final RuntimeSettings DEFAULTS =
      new RuntimeSettings(
          Duration.ofSeconds(5), Duration.ZERO, 0, 1024, 32L << 20, Duration.ofSeconds(30));

  public RuntimeSettings {
    Objects.requireNonNull(drain, "drain");
    Objects.requireNonNull(redeliveryDelay, "redeliveryDelay");
    Objects.requireNonNull(callTimeout, "callTimeout");
    if (drain.isNegative() || redeliveryDelay.isNegative()) {
      throw new IllegalArgumentException("drain and redeliveryDelay are not negative");
    }
    if (maxInFlight < 1
        || maxInFlightBytes < 1
        || callTimeout.isZero()
        || callTimeout.isNegative()) {
      throw new IllegalArgumentException("windows and callTimeout are positive");
    }
  }
}
