/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.kafka.internal;

import io.sluice.endpoint.EndpointException;
import io.sluice.endpoint.ErrorCode;
import io.sluice.endpoint.MessageIdFormat;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.common.TopicPartition;

/**
 * What a message id says: {@code orders@2#17} is the message at offset 17 in partition 2 of the
 * topic {@code orders}. An id to resume after may name more partitions of a topic, separated by
 * commas, and more topics, separated by semicolons: {@code orders@2#17,3#4;audit@0#9}. Either form
 * may be encoded as base64.
 */
final class KafkaPosition {

  private static final String PARTITION = "\\d{1,9}#\\d{1,18}";
  private static final Pattern TOPIC =
      Pattern.compile("([A-Za-z0-9._-]{1,249})@(" + PARTITION + "(?:," + PARTITION + ")*)");

  private KafkaPosition() {}

  /** How the ids of the messages in a partition are rendered from their offsets. */
  static MessageIdFormat format(TopicPartition partition, boolean encoded) {
    String prefix = partition.topic() + "@" + partition.partition() + "#";
    return encoded ? MessageIdFormat.base64(prefix, "") : MessageIdFormat.plain(prefix, "");
  }

  /**
   * The offsets after the messages that an id names.
   *
   * @throws EndpointException with {@link ErrorCode#RESUME_POSITION_UNKNOWN} if it is none of ours
   */
  static Map<TopicPartition, Long> after(String id) {
    Map<TopicPartition, Long> offsets = new LinkedHashMap<>();
    for (String part : decoded(id).split(";", -1)) {
      Matcher topic = TOPIC.matcher(part);
      if (!topic.matches()) {
        throw unknown("'" + id + "' is no message id of a Kafka endpoint, such as orders@2#17");
      }
      for (String entry : topic.group(2).split(",")) {
        String[] numbers = entry.split("#");
        offsets.put(
            new TopicPartition(topic.group(1), Integer.parseInt(numbers[0])),
            Long.parseLong(numbers[1]) + 1);
      }
    }
    return offsets;
  }

  static EndpointException unknown(String message) {
    return new EndpointException(ErrorCode.RESUME_POSITION_UNKNOWN, message);
  }

  /** No plain id is base64, as that has no {@code @}. */
  private static String decoded(String id) {
    if (id.indexOf('@') >= 0) {
      return id;
    }
    try {
      return new String(Base64.getUrlDecoder().decode(id), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return id;
    }
  }
}
