/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.kafka.internal;

import io.sluice.endpoint.Attributes;
import io.sluice.endpoint.EndpointException;
import io.sluice.endpoint.Message;
import io.sluice.endpoint.Receipt;
import io.sluice.endpoint.support.lifecycle.EndpointMeter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;

/**
 * A published message under way to one topic or more: has one outcome, the first failure or the
 * last confirmation. Outcomes may come from any thread.
 */
final class Publication {

  private static final Attributes.Names NAMES =
      Attributes.names(KafkaAttributes.TOPIC, KafkaAttributes.PARTITION, KafkaAttributes.OFFSET);

  private final Message message;
  private final List<ProducerRecord<byte[], byte[]>> records;
  private final boolean namesTopic;
  private final boolean awaitsConfirmation;
  private final long bornNanos = System.nanoTime();
  private final EndpointMeter meter;
  private final Consumer<Publication> onDone;
  private final CompletableFuture<Receipt> receipt = new CompletableFuture<>();
  private final RecordMetadata[] confirmed;
  private final AtomicInteger missing;

  /** How many records a client has still to take; owned by the thread that sends. */
  private int untaken;

  /** The next one {@link UnderWay}, which owns this. */
  Publication behind;

  /**
   * A publication; counts as in flight.
   *
   * @param namesTopic whether the message says where it goes, in place of the configuration or the
   *     request
   * @param awaitsConfirmation false when it is confirmed as soon as it was handed to the client
   * @param onDone called once, before the receipt is given
   */
  Publication(
      Message message,
      List<ProducerRecord<byte[], byte[]>> records,
      boolean namesTopic,
      boolean awaitsConfirmation,
      EndpointMeter meter,
      Consumer<Publication> onDone) {
    this.message = message;
    this.records = records;
    this.namesTopic = namesTopic;
    this.awaitsConfirmation = awaitsConfirmation;
    this.meter = meter;
    this.onDone = onDone;
    this.confirmed = new RecordMetadata[records.size()];
    this.missing = new AtomicInteger(records.size());
    meter.sent();
  }

  /** How long it has been under way, in nanoseconds. */
  long ageNanos() {
    return System.nanoTime() - bornNanos;
  }

  /** How many records it has, one for each topic. */
  int size() {
    return records.size();
  }

  ProducerRecord<byte[], byte[]> record(int index) {
    return records.get(index);
  }

  /** Whether the message says where it goes, in place of the configuration or the request. */
  boolean namesTopic() {
    return namesTopic;
  }

  /** From now on a client has to take so many of its records. */
  void untaken(int count) {
    untaken = count;
  }

  /** A client has taken one of the records; the last may settle the matter. */
  void taken() {
    if (--untaken == 0 && !awaitsConfirmation) {
      confirmUnseen();
    }
  }

  /** Whether the broker has this record; sure to be seen after {@link #isDone()} was asked. */
  boolean isConfirmed(int index) {
    return confirmed[index] != null;
  }

  boolean isDone() {
    return missing.get() <= 0;
  }

  /** The broker has confirmed one of the records. */
  void confirm(int index, RecordMetadata metadata) {
    confirmed[index] = metadata;
    if (missing.decrementAndGet() == 0) {
      done(Receipt.confirmed(message, attributes()));
    }
  }

  /** All records were handed to the client, and nobody waits for more. */
  private void confirmUnseen() {
    if (missing.getAndSet(Integer.MIN_VALUE / 2) > 0) {
      done(Receipt.confirmed(message, Attributes.empty()));
    }
  }

  /** Has no effect once there is an outcome. */
  void reject(EndpointException error) {
    if (missing.getAndSet(Integer.MIN_VALUE / 2) > 0) {
      meter.rejected();
      onDone.accept(this);
      receipt.complete(Receipt.rejected(message, error));
    }
  }

  CompletionStage<Receipt> receipt() {
    return receipt;
  }

  private void done(Receipt outcome) {
    meter.confirmed(message.size());
    onDone.accept(this);
    receipt.complete(outcome);
  }

  /** Of one record its place; of several, lists of the same order. */
  private Attributes attributes() {
    if (confirmed.length == 1) {
      RecordMetadata only = confirmed[0];
      return NAMES.with(only.topic(), only.partition(), only.offset());
    }
    return NAMES.with(
        all(RecordMetadata::topic), all(RecordMetadata::partition), all(RecordMetadata::offset));
  }

  private List<Object> all(Function<RecordMetadata, Object> part) {
    List<Object> parts = new ArrayList<>(confirmed.length);
    for (RecordMetadata metadata : confirmed) {
      parts.add(part.apply(metadata));
    }
    return parts;
  }
}
