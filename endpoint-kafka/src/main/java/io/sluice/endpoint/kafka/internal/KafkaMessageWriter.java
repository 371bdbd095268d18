/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.kafka.internal;

import io.sluice.endpoint.Attributes;
import io.sluice.endpoint.EndpointException;
import io.sluice.endpoint.ErrorCode;
import io.sluice.endpoint.Message;
import io.sluice.endpoint.support.message.HeaderText;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.internals.Topic;

/** Makes records of messages. Immutable. */
final class KafkaMessageWriter {

  private final List<String> topics;

  /**
   * Records for topics.
   *
   * @param topics where messages go that do not name a topic; at least one
   */
  KafkaMessageWriter(List<String> topics) {
    this.topics = List.copyOf(topics);
  }

  /**
   * The records of a message, one for each topic; they share its bytes.
   *
   * @throws EndpointException if the message cannot be expressed
   */
  PublishedRecords write(Message message) {
    return new PublishedRecords(records(message), leadsElsewhere(message));
  }

  private List<ProducerRecord<byte[], byte[]>> records(Message message) {
    Object topic = message.attributes().get(KafkaAttributes.TOPIC);
    if (topic != null) {
      return List.of(record(checked(topic), message));
    }
    if (topics.size() == 1) {
      return List.of(record(topics.get(0), message));
    }
    List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>(topics.size());
    topics.forEach(each -> records.add(record(each, message)));
    return records;
  }

  /** Whether a message names a topic that is none of these. */
  private boolean leadsElsewhere(Message message) {
    Object topic = message.attributes().get(KafkaAttributes.TOPIC);
    return topic != null && !topics.contains(topic.toString());
  }

  private static ProducerRecord<byte[], byte[]> record(String topic, Message message) {
    Attributes attributes = message.attributes();
    try {
      return new ProducerRecord<>(
          topic,
          partition(attributes.get(KafkaAttributes.PARTITION)),
          message.timestamp().map(Instant::toEpochMilli).orElse(null),
          HeaderText.bytes(attributes.get(KafkaAttributes.KEY)),
          message.payload(),
          headers(message));
    } catch (IllegalArgumentException e) { // a negative timestamp or partition
      throw invalid(e.getMessage());
    }
  }

  private static String checked(Object topic) {
    try {
      Topic.validate(topic.toString());
      return topic.toString();
    } catch (InvalidTopicException e) {
      throw EndpointException.ofMessage(
          ErrorCode.TOPIC_UNKNOWN,
          KafkaAttributes.TOPIC + " is no topic name: " + e.getMessage(),
          e);
    }
  }

  private static Integer partition(Object partition) {
    if (partition == null || partition instanceof Integer) {
      return (Integer) partition;
    }
    try {
      return Integer.valueOf(HeaderText.of(partition));
    } catch (NumberFormatException e) {
      throw invalid(KafkaAttributes.PARTITION + " is no number");
    }
  }

  private static RecordHeaders headers(Message message) {
    if (message.headers().isEmpty()) {
      return null;
    }
    RecordHeaders headers = new RecordHeaders();
    for (int i = 0; i < message.headers().size(); i++) {
      headers.add(message.headers().name(i), HeaderText.bytes(message.headers().value(i)));
    }
    return headers;
  }

  private static EndpointException invalid(String why) {
    return new EndpointException(ErrorCode.MESSAGE_INVALID, why);
  }
}
