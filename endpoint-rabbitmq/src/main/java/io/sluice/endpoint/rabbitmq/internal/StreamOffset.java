/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.rabbitmq.internal;

import io.sluice.endpoint.EndpointException;
import io.sluice.endpoint.ErrorCode;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.Date;
import java.util.regex.Pattern;

/** Where a consumer of a stream begins: {@code consumer.queue.offset}. Immutable. */
final class StreamOffset {

  private static final Pattern WORD_OR_AGE = Pattern.compile("first|last|next|\\d{1,9}[YMDhms]");
  private static final Pattern NUMBER = Pattern.compile("\\d{1,18}");

  /** A String, a Long or an OffsetDateTime. */
  private final Object start;

  private StreamOffset(Object start) {
    this.start = start;
  }

  /**
   * At a message.
   *
   * @param offset of the first message to consume, not negative
   */
  static StreamOffset at(long offset) {
    return new StreamOffset(offset);
  }

  /**
   * Reads the setting: {@code first}, {@code last}, {@code next}, an offset, an ISO 8601 instant
   * with its zone, or an age such as {@code 1h}.
   *
   * @throws EndpointException if it is none of these
   */
  static StreamOffset parse(String setting) {
    if (WORD_OR_AGE.matcher(setting).matches()) {
      return new StreamOffset(setting);
    }
    if (NUMBER.matcher(setting).matches()) {
      return at(Long.parseLong(setting));
    }
    try {
      return new StreamOffset(OffsetDateTime.parse(setting));
    } catch (DateTimeException e) {
      throw new EndpointException(
          ErrorCode.INVALID_CONFIGURATION,
          "consumer.queue.offset is '"
              + setting
              + "', and must be first, last, next, an offset, an ISO 8601 instant with its zone,"
              + " or an age such as 1h");
    }
  }

  /** The value of the consumer argument {@code x-stream-offset}: a String, a Long or a Date. */
  Object argument() {
    return start instanceof OffsetDateTime time ? Date.from(time.toInstant()) : start;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof StreamOffset offset && start.equals(offset.start);
  }

  @Override
  public int hashCode() {
    return start.hashCode();
  }

  /** As {@link #parse} reads it. */
  @Override
  public String toString() {
    return start.toString();
  }
}
