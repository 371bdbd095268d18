/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.mock.internal;

import io.sluice.endpoint.EndpointException;
import io.sluice.endpoint.ErrorCode;
import io.sluice.endpoint.MessageIdFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a message id says: {@code 41} is the generated message 41; {@code 42+7} is the seventh
 * echoed message, delivered when the generated message 42 was next.
 *
 * @param next index of the generated message after this position
 * @param echoes number of echoed messages up to this position, as far as it tells; else 0
 */
record MockPosition(long next, long echoes) {

  private static final Pattern ID = Pattern.compile("(\\d{1,18})(?:\\+(\\d{1,18}))?");

  /**
   * Reads an id.
   *
   * @throws EndpointException with {@link ErrorCode#RESUME_POSITION_UNKNOWN} if it is none of ours
   */
  static MockPosition after(String id) {
    Matcher parts = ID.matcher(id);
    if (!parts.matches()) {
      throw new EndpointException(
          ErrorCode.RESUME_POSITION_UNKNOWN,
          "'" + id + "' is no message id of a mock endpoint, such as 41 or 42+7");
    }
    long number = Long.parseLong(parts.group(1));
    return parts.group(2) == null
        ? new MockPosition(number + 1, 0)
        : new MockPosition(number, Long.parseLong(parts.group(2)));
  }

  /** How the ids of messages echoed at an index are rendered. */
  static MessageIdFormat echoFormat(long next) {
    return MessageIdFormat.plain(next + "+", "");
  }
}
