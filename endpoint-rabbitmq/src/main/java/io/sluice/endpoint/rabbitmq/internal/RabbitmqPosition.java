/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.rabbitmq.internal;

import io.sluice.endpoint.EndpointException;
import io.sluice.endpoint.ErrorCode;
import io.sluice.endpoint.MessageIdFormat;
import java.util.regex.Pattern;

/**
 * What the id of a message from a stream says: {@code orders#17} is the message at offset 17 in the
 * stream {@code orders}. Messages from other queues have no position, and no id.
 */
final class RabbitmqPosition {

  private static final Pattern OFFSET = Pattern.compile("\\d{1,18}");

  private RabbitmqPosition() {}

  /** How the ids of the messages in a stream are rendered from their offsets. */
  static MessageIdFormat format(String queue) {
    return MessageIdFormat.plain(queue + "#", "");
  }

  /**
   * The offset after the message that an id names.
   *
   * @param queue the stream to be resumed
   * @throws EndpointException with {@link ErrorCode#RESUME_POSITION_UNKNOWN} if it is none of ours
   */
  static long after(String id, String queue) {
    String prefix = queue + "#";
    String offset = id.startsWith(prefix) ? id.substring(prefix.length()) : "";
    if (!OFFSET.matcher(offset).matches()) {
      throw new EndpointException(
          ErrorCode.RESUME_POSITION_UNKNOWN,
          "'" + id + "' is no message id of the stream '" + queue + "', such as " + prefix + "17");
    }
    return Long.parseLong(offset) + 1;
  }
}
