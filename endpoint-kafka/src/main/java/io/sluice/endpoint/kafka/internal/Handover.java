/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.kafka.internal;

import io.sluice.endpoint.support.publishing.Publication;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;

/** One record of a publication on its way to a client, which may have to be asked repeatedly. */
final class Handover implements Callback {

  /** Hears what became of records that a client has taken, on the client's thread. */
  interface Outcomes {

    /** The broker has the record. */
    void confirmed(Handover handover, RecordMetadata metadata);

    /** The broker has not confirmed it, and this client does not try any more. */
    void failed(Handover handover, Exception failure);
  }

  private final Publication<PublishedRecords> publication;
  private final int index;
  private final Outcomes outcomes;

  private Producer<byte[], byte[]> client;

  /** The thread within the client's {@code send}; only that thread cares. */
  private Thread giver;

  private Throwable refusal;
  private boolean taken;

  Handover(Publication<PublishedRecords> publication, int index, Outcomes outcomes) {
    this.publication = publication;
    this.index = index;
    this.outcomes = outcomes;
  }

  Publication<PublishedRecords> publication() {
    return publication;
  }

  int index() {
    return index;
  }

  /** Whether it does not matter any more what becomes of it. */
  boolean isOver() {
    return publication.isDone() || publication.content().isConfirmed(index);
  }

  ProducerRecord<byte[], byte[]> record() {
    return publication.content().get(index);
  }

  /** Whether the message says where it goes. */
  boolean namesTopic() {
    return publication.content().namesTopic();
  }

  /** A client has taken it; whether for the first time. Belongs to the thread that sends. */
  boolean isTakenFirst() {
    boolean first = !taken;
    taken = true;
    return first;
  }

  /** The client that was asked last. */
  Producer<byte[], byte[]> client() {
    return client;
  }

  /**
   * Asks a client to take the record. It may report what it does not take to the callback, before
   * its call returns.
   *
   * @return why it did not; null if it did, so that there will be an outcome
   */
  Throwable give(Producer<byte[], byte[]> to) {
    client = to;
    refusal = null;
    giver = Thread.currentThread();
    try {
      to.send(record(), this);
    } catch (RuntimeException | LinkageError e) {
      refusal = e;
    } finally {
      giver = null;
    }
    return refusal;
  }

  @Override
  public void onCompletion(RecordMetadata metadata, Exception failure) {
    if (failure == null) {
      outcomes.confirmed(this, metadata);
    } else if (Thread.currentThread() == giver) {
      refusal = failure;
    } else {
      outcomes.failed(this, failure);
    }
  }
}
