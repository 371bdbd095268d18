/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.settlement;

import io.sluice.endpoint.support.schema.Settings;
import java.time.Duration;

/**
 * How much one consumer may have delivered and not settled: the properties {@code
 * consumer.maxUnsettled…} of every type. Immutable.
 *
 * @param messages number of messages, positive
 * @param bytes size of them, positive; a larger message is delivered alone
 * @param age of a message from which on the status shows it
 */
public record UnsettledLimits(int messages, long bytes, Duration age) {

  /** Reads the section {@code consumer}, validated. */
  public static UnsettledLimits of(Settings consumer) {
    return new UnsettledLimits(
        consumer.integer("maxUnsettled"),
        consumer.number("maxUnsettledBytes"),
        consumer.millis("maxUnsettledAge"));
  }
}
