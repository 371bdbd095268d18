/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.kafka.internal;

import io.sluice.endpoint.EndpointException;
import io.sluice.endpoint.ErrorCode;
import io.sluice.endpoint.Message;
import io.sluice.endpoint.Qos;
import io.sluice.endpoint.Receipt;
import io.sluice.endpoint.support.concurrent.EndpointThreads;
import io.sluice.endpoint.support.concurrent.SerialTask;
import io.sluice.endpoint.support.lifecycle.EndpointMeter;
import io.sluice.endpoint.support.lifecycle.Refusals;
import io.sluice.endpoint.support.publishing.MessageSender;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends messages with one client. Its {@code send} may wait for metadata and for memory, so that a
 * thread of this publisher calls it, which ends while there is nothing to send. Whoever publishes
 * puts a message into the outbox; the thread takes them out, one after the other, and goes on with
 * the same one when the wait was in vain. The outbox needs no bound: who publishes has a window of
 * what is not confirmed.
 */
final class KafkaPublisher {

  private static final Logger LOG = LoggerFactory.getLogger(KafkaPublisher.class);
  private static final int SLICE = 256;
  private static final Duration IDLE = Duration.ofSeconds(10);
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(1);

  /** How long a topic may take to come into being, where brokers create topics when asked to. */
  private static final Duration NEW_TOPIC_PATIENCE = Duration.ofSeconds(5);

  private final String endpoint;
  private final KafkaClients clients;
  private final Duration timeout;
  private final EndpointMeter meter;
  private final Supplier<EndpointException> refusal;
  private final Consumer<EndpointException> onBroken;
  private final Queue<KafkaPublication> outbox = new ConcurrentLinkedQueue<>();
  private final AtomicLong unconfirmed = new AtomicLong();
  private final ThreadPoolExecutor thread;
  private final SerialTask sending;

  private volatile boolean closed;

  /** Who calls the client at present. */
  private volatile Thread sender;

  // Owned by the thread.
  private Producer<byte[], byte[]> producer;
  private boolean handing;
  private Exception refused;

  /** When it was found last that no broker can be asked, in {@link System#nanoTime}. */
  private long unreachable = System.nanoTime();

  /**
   * A publisher that keeps everything in the outbox until it is opened.
   *
   * @param refusal tells at any time why nothing more can be sent; null while it can
   * @param onBroken hears why there cannot be a client
   */
  KafkaPublisher(
      String endpoint,
      KafkaSettings.Producer settings,
      KafkaClients clients,
      EndpointThreads threads,
      EndpointMeter meter,
      Supplier<EndpointException> refusal,
      Consumer<EndpointException> onBroken) {
    this.endpoint = endpoint;
    this.clients = clients;
    this.timeout = settings.timeout();
    this.meter = meter;
    this.refusal = refusal;
    this.onBroken = onBroken;
    this.thread =
        new ThreadPoolExecutor(
            1,
            1,
            IDLE.toSeconds(),
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            threads.forPurpose("sender"));
    this.thread.allowCoreThreadTimeOut(true);
    this.sending = new SerialTask(thread, this::sendSlice, this::rejectOutbox);
  }

  /**
   * A sender to topics, whose messages count as confirmed when that QoS says so.
   *
   * @param topics where messages go that do not name a topic
   */
  MessageSender sender(List<String> topics, Qos qos) {
    KafkaRecords records = new KafkaRecords(topics);
    boolean awaitsConfirmation = qos == Qos.AUTO || qos == Qos.AT_LEAST_ONCE;
    return message -> send(message, records, awaitsConfirmation);
  }

  /** Makes the client and begins to send. */
  void open() {
    sending.start();
  }

  /** Whether every message has its receipt. */
  boolean isDrained() {
    return unconfirmed.get() == 0;
  }

  /**
   * Ends the client, and rejects whatever has no receipt by then. Nothing more is sent, as the
   * refusal tells.
   *
   * @return completes when its threads are about to end
   */
  CompletableFuture<Void> close() {
    closed = true;
    CompletableFuture<Void> done = CompletableFuture.runAsync(this::closeProducer, thread);
    thread.shutdown();
    return done;
  }

  private CompletionStage<Receipt> send(
      Message message, KafkaRecords records, boolean awaitsConfirmation) {
    EndpointException refusedNow = refusal.get();
    if (refusedNow != null) {
      return refuse(message, refusedNow);
    }
    KafkaPublication publication;
    try {
      publication =
          new KafkaPublication(
              message, records.records(message), awaitsConfirmation, meter, this::done);
    } catch (EndpointException e) {
      return refuse(message, e);
    }
    unconfirmed.incrementAndGet();
    outbox.add(publication);
    sending.signal();
    if (closed) {
      publication.reject(Refusals.stopped(endpoint)); // who rejects the outbox may not have seen it
    }
    return publication.receipt();
  }

  private CompletionStage<Receipt> refuse(Message message, EndpointException error) {
    meter.failed();
    return CompletableFuture.completedFuture(Receipt.rejected(message, error));
  }

  private void done(KafkaPublication publication) {
    unconfirmed.decrementAndGet();
  }

  private boolean sendSlice() {
    sender = Thread.currentThread();
    if (producer == null && !makeProducer()) {
      return awaitProducer();
    }
    for (int sent = 0; sent < SLICE; sent++) {
      KafkaPublication next = outbox.peek();
      if (next == null) {
        return false;
      }
      if (closed) {
        rejectOutbox();
      } else if (hand(next)) {
        outbox.poll();
      } else {
        return true;
      }
    }
    return true;
  }

  private boolean makeProducer() {
    if (closed) {
      return false;
    }
    try {
      producer = clients.producer();
      return true;
    } catch (RuntimeException | LinkageError e) {
      EndpointException error = KafkaErrors.of(e);
      if (!error.isRetryable()) {
        onBroken.accept(error);
        rejectOutbox(error);
      }
      return false;
    }
  }

  /** Messages wait, as long as they may, for a broker's name to have an address. */
  private boolean awaitProducer() {
    for (var next = outbox.peek(); next != null && isOverdue(next); next = outbox.peek()) {
      outbox.poll();
      next.reject(EndpointException.retryable(ErrorCode.TIMEOUT, "no broker has an address"));
    }
    unreachable = System.nanoTime();
    if (closed || outbox.isEmpty()) {
      return false; // the next message, or the end, comes with a signal
    }
    LockSupport.parkNanos(this, KafkaClients.METADATA_PATIENCE.toNanos());
    return true;
  }

  private boolean isOverdue(KafkaPublication publication) {
    return publication.ageNanos() >= timeout.toNanos();
  }

  /** Hands all records of a publication to the client; false if it is to be tried again. */
  private boolean hand(KafkaPublication publication) {
    for (var record = publication.nextRecord(); record != null; record = publication.nextRecord()) {
      if (publication.isDone()) {
        return true;
      }
      Exception failure = attempt(publication, record);
      if (failure != null && isWorthTrying(failure, publication)) {
        return false;
      }
      if (failure != null) {
        publication.reject(error(failure, record));
        return true;
      }
      publication.advance();
    }
    if (!publication.awaitsConfirmation()) {
      publication.confirmUnseen();
    }
    return true;
  }

  /** The client reports what it did not take to the callback, before its call returns. */
  private Exception attempt(KafkaPublication publication, ProducerRecord<byte[], byte[]> record) {
    int index = publication.index();
    refused = null;
    handing = true;
    try {
      producer.send(
          record,
          (metadata, failure) -> {
            if (failure != null && Thread.currentThread() == sender && handing) {
              refused = failure;
            } else {
              confirmed(publication, index, metadata, failure);
            }
          });
    } catch (RuntimeException e) {
      refused = e;
    } finally {
      handing = false;
    }
    return refused;
  }

  private void confirmed(
      KafkaPublication publication, int index, RecordMetadata metadata, Exception failure) {
    if (failure == null) {
      publication.confirm(index, metadata);
    } else if (closed) {
      publication.reject(Refusals.stopped(endpoint));
    } else {
      publication.reject(KafkaErrors.of(failure));
    }
  }

  /** Metadata may still come, a topic may be made, memory may become free. */
  private boolean isWorthTrying(Exception failure, KafkaPublication publication) {
    if (!(failure instanceof TimeoutException) || isPartitionUnknown(failure) || closed) {
      return false;
    }
    if (!isTopicUnknown(failure)) {
      unreachable = System.nanoTime();
    } else if (lookedFor(publication) >= NEW_TOPIC_PATIENCE.toNanos()) {
      return false;
    }
    return publication.ageNanos() < timeout.toNanos();
  }

  /** How long there has been both, the message and a broker that could make its topic. */
  private long lookedFor(KafkaPublication publication) {
    return Math.min(publication.ageNanos(), System.nanoTime() - unreachable);
  }

  private EndpointException error(Exception failure, ProducerRecord<byte[], byte[]> record) {
    if (closed) {
      return Refusals.stopped(endpoint);
    }
    if (isPartitionUnknown(failure)) {
      return new EndpointException(
          ErrorCode.UNROUTABLE,
          "topic '" + record.topic() + "' has no partition " + record.partition());
    }
    if (isTopicUnknown(failure)) {
      return EndpointException.retryable(
          ErrorCode.TOPIC_UNKNOWN,
          "there is no topic '" + record.topic() + "', and the brokers did not make it");
    }
    return KafkaErrors.of(failure);
  }

  private static boolean isTopicUnknown(Exception failure) {
    return failure instanceof TimeoutException
        && failure.getCause() instanceof UnknownTopicOrPartitionException;
  }

  /** The client knows the topic, but waits for a partition with that number. */
  private static boolean isPartitionUnknown(Exception failure) {
    return failure instanceof TimeoutException
        && String.valueOf(failure.getMessage()).startsWith("Partition ");
  }

  private void rejectOutbox() {
    rejectOutbox(Refusals.stopped(endpoint));
  }

  private void rejectOutbox(EndpointException error) {
    for (KafkaPublication next = outbox.poll(); next != null; next = outbox.poll()) {
      next.reject(error);
    }
  }

  private void closeProducer() {
    rejectOutbox();
    if (producer != null) {
      try {
        producer.close(isDrained() ? CLOSE_TIMEOUT : Duration.ZERO);
      } catch (RuntimeException e) {
        LOG.warn("Endpoint '{}': the producer was not closed cleanly", endpoint, e);
      }
      producer = null;
    }
  }
}
