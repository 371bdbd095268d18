/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.kafka.internal;

import io.sluice.endpoint.Attributes;
import io.sluice.endpoint.Headers;
import io.sluice.endpoint.Message;
import io.sluice.endpoint.MessageIdFormat;
import io.sluice.endpoint.support.settlement.DeliveryLane;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;

/** Makes messages of the records of one partition. Immutable. */
final class KafkaMessageReader implements DeliveryLane.Reader<ConsumerRecord<byte[], byte[]>> {

  private static final Attributes.Names NAMES =
      Attributes.names(
          KafkaAttributes.TOPIC,
          KafkaAttributes.PARTITION,
          KafkaAttributes.OFFSET,
          KafkaAttributes.TIMESTAMP_TYPE);
  private static final Attributes.Names NAMES_WITH_KEY =
      Attributes.names(
          KafkaAttributes.TOPIC,
          KafkaAttributes.PARTITION,
          KafkaAttributes.OFFSET,
          KafkaAttributes.TIMESTAMP_TYPE,
          KafkaAttributes.KEY);

  private final MessageIdFormat ids;
  private final String topic;
  private final Integer partition;

  KafkaMessageReader(TopicPartition partition, boolean encodeIds) {
    this.ids = KafkaPosition.format(partition, encodeIds);
    this.topic = partition.topic();
    this.partition = partition.partition();
  }

  /** Shares the bytes of the record. */
  @Override
  public Message message(ConsumerRecord<byte[], byte[]> record) {
    return Message.consumed(
        ids,
        record.offset(),
        record.value(),
        headers(record.headers().toArray()),
        attributes(record),
        record.timestamp() < 0 ? Message.NO_TIMESTAMP : record.timestamp());
  }

  /** Value, key and headers. */
  @Override
  public int bytes(ConsumerRecord<byte[], byte[]> record) {
    // -1 for a tombstone, or without key
    long size = Math.max(0, record.serializedValueSize()) + Math.max(0, record.serializedKeySize());
    for (Header header : record.headers().toArray()) {
      byte[] value = header.value();
      size += header.key().length() + (value == null ? 0 : value.length);
    }
    return (int) Math.min(size, Integer.MAX_VALUE);
  }

  @Override
  public long position(ConsumerRecord<byte[], byte[]> record) {
    return record.offset();
  }

  /** The id of the message at an offset. */
  String id(long offset) {
    return ids.render(offset);
  }

  private Attributes attributes(ConsumerRecord<byte[], byte[]> record) {
    Long offset = record.offset();
    String timestampType = record.timestampType().toString();
    return record.key() == null
        ? NAMES.with(topic, partition, offset, timestampType)
        : NAMES_WITH_KEY.with(topic, partition, offset, timestampType, record.key());
  }

  private static Headers headers(Header[] headers) {
    if (headers.length == 0) {
      return Headers.empty();
    }
    Headers.Builder copy = Headers.builder();
    for (Header header : headers) {
      copy.add(header.key(), header.value());
    }
    return copy.build();
  }
}
