/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.kafka.internal;

import io.sluice.endpoint.Attributes;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Function;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;

/**
 * The records that a published message consists of, one for each topic, and which of them the
 * brokers have. Confirmations may come from any thread.
 */
final class PublishedRecords {

  private static final Attributes.Names NAMES =
      Attributes.names(KafkaAttributes.TOPIC, KafkaAttributes.PARTITION, KafkaAttributes.OFFSET);

  private final List<ProducerRecord<byte[], byte[]>> records;
  private final boolean namesTopic;
  private final AtomicReferenceArray<RecordMetadata> confirmed;

  /** How many records a client has still to take; owned by the thread that sends. */
  private int untaken;

  /**
   * Records that no broker has.
   *
   * @param namesTopic whether the message says where it goes, in place of the configuration or the
   *     request
   */
  PublishedRecords(List<ProducerRecord<byte[], byte[]>> records, boolean namesTopic) {
    this.records = records;
    this.namesTopic = namesTopic;
    this.confirmed = new AtomicReferenceArray<>(records.size());
  }

  int size() {
    return records.size();
  }

  ProducerRecord<byte[], byte[]> get(int index) {
    return records.get(index);
  }

  /** Whether the message says where it goes, in place of the configuration or the request. */
  boolean namesTopic() {
    return namesTopic;
  }

  /** From now on a client has to take so many of the records. */
  void untaken(int count) {
    untaken = count;
  }

  /**
   * A client has taken one of the records.
   *
   * @return whether it was the last
   */
  boolean taken() {
    return --untaken == 0;
  }

  /** Whether a broker has this record. */
  boolean isConfirmed(int index) {
    return confirmed.get(index) != null;
  }

  /**
   * A broker has one of the records; two clients may tell, and the first one counts.
   *
   * @return whether the brokers have all records now
   */
  boolean confirm(int index, RecordMetadata metadata) {
    confirmed.compareAndSet(index, null, metadata);
    for (int each = 0; each < records.size(); each++) {
      if (!isConfirmed(each)) {
        return false;
      }
    }
    return true;
  }

  /** Where the records are: of one record its place; of several, lists of the same order. */
  Attributes places() {
    if (records.size() == 1) {
      RecordMetadata only = confirmed.get(0);
      return NAMES.with(only.topic(), only.partition(), only.offset());
    }
    return NAMES.with(
        all(RecordMetadata::topic), all(RecordMetadata::partition), all(RecordMetadata::offset));
  }

  private List<Object> all(Function<RecordMetadata, Object> part) {
    List<Object> parts = new ArrayList<>(records.size());
    for (int index = 0; index < records.size(); index++) {
      parts.add(part.apply(confirmed.get(index)));
    }
    return parts;
  }
}
