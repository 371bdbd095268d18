/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.publishing;

import io.sluice.endpoint.support.schema.Settings;
import java.time.Duration;

/**
 * How much a publisher may have published and not confirmed: the properties {@code
 * producer.maxInFlight…} and {@code producer.timeout} of every type. Immutable.
 *
 * @param messages number of messages, positive
 * @param bytes size of them, positive; a larger message passes alone
 * @param timeout after which a message is rejected
 */
public record InFlightLimits(int messages, long bytes, Duration timeout) {

  /** Reads the section {@code producer}, validated. */
  public static InFlightLimits of(Settings producer) {
    return new InFlightLimits(
        producer.integer("maxInFlight"),
        producer.number("maxInFlightBytes"),
        producer.millis("timeout"));
  }
}
