/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.kafka.internal;

import io.sluice.endpoint.EndpointException;
import io.sluice.endpoint.Message;
import io.sluice.endpoint.Qos;
import io.sluice.endpoint.Receipt;
import io.sluice.endpoint.support.concurrent.EndpointThreads;
import io.sluice.endpoint.support.concurrent.IdlingThread;
import io.sluice.endpoint.support.concurrent.Reminder;
import io.sluice.endpoint.support.concurrent.SerialTask;
import io.sluice.endpoint.support.concurrent.SharedWorkers;
import io.sluice.endpoint.support.lifecycle.EndpointMeter;
import io.sluice.endpoint.support.lifecycle.Refusals;
import io.sluice.endpoint.support.publishing.MessageSender;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes messages. A message goes into the outbox; a thread of the publisher, which never waits
 * and ends while there is nothing to send, takes the messages out and gives them to the {@link
 * RecordSender}. The outbox needs no bound: a caller has a window of what is not confirmed.
 */
final class KafkaPublisher {

  private static final Logger LOG = LoggerFactory.getLogger(KafkaPublisher.class);
  private static final int MAX_MESSAGES_A_SLICE = 256;

  /** When to ask again for what the client had no room or no metadata for. */
  private static final Duration RETRY_DELAY = Duration.ofMillis(5);

  /** How late a message may be rejected that has waited for too long. */
  private static final Duration LOOK_INTERVAL = Duration.ofMillis(200);

  private final String endpoint;
  private final EndpointMeter meter;
  private final Supplier<EndpointException> refusal;
  private final Consumer<EndpointException> onBroken;
  private final Queue<Publication> outbox = new ConcurrentLinkedQueue<>();
  private final AtomicLong unconfirmed = new AtomicLong();
  private final ThreadPoolExecutor thread;
  private final SerialTask sending;
  private final SendingClient client;
  private final TopicDirectory directory;
  private final RecordSender records;
  private final Reminder retry;
  private final Reminder look;

  private volatile boolean closed;
  private volatile EndpointException unusable;

  /** When all that is under way was looked at last; owned by the thread. */
  private long looked = System.nanoTime();

  /**
   * A publisher that keeps everything in the outbox until it is opened.
   *
   * @param refusal tells at any time why nothing more can be sent; null while it can
   * @param hindrance tells at any time why no broker may be reached, for people
   * @param onBroken hears why there cannot be a client
   */
  KafkaPublisher(
      String endpoint,
      KafkaSettings settings,
      KafkaClients clients,
      EndpointThreads threads,
      SharedWorkers workers,
      EndpointMeter meter,
      Supplier<EndpointException> refusal,
      Supplier<Optional<String>> hindrance,
      Consumer<EndpointException> onBroken) {
    this.endpoint = endpoint;
    this.meter = meter;
    this.refusal = refusal;
    this.onBroken = onBroken;
    thread = IdlingThread.of(threads, "sender");
    sending = new SerialTask(thread, this::sendSlice, this::rejectOutbox);
    client =
        new SendingClient(
            endpoint,
            clients,
            threads,
            workers,
            settings.reconnect().endlessBackoff(),
            sending::signal,
            this::unusable);
    directory =
        new TopicDirectory(clients, threads, settings.producer().timeout(), sending::signal);
    records =
        new RecordSender(
            client,
            directory,
            settings.producer(),
            () -> hindrance.get().or(client::trouble),
            sending::signal);
    retry = new Reminder(workers, RETRY_DELAY, sending::signal);
    look = new Reminder(workers, LOOK_INTERVAL, sending::signal);
  }

  /**
   * A sender to topics, whose messages count as confirmed when that QoS says so.
   *
   * @param topics where messages go that do not name a topic
   */
  MessageSender sender(List<String> topics, Qos qos) {
    KafkaMessageWriter made = new KafkaMessageWriter(topics);
    boolean awaitsConfirmation = qos == Qos.AUTO || qos == Qos.AT_LEAST_ONCE;
    return message -> send(message, made, awaitsConfirmation);
  }

  /** Makes the client, if that works at once; what is sent stays in the outbox. */
  CompletionStage<Void> prepare() {
    return client.prepare();
  }

  /** Makes the client and begins to send. */
  void open() {
    sending.start();
    client.open();
  }

  /** Whether every message has its receipt. */
  boolean isDrained() {
    return unconfirmed.get() == 0;
  }

  /** What keeps messages from being published though brokers answer, for people. */
  Optional<String> trouble() {
    return client.trouble();
  }

  /**
   * Ends the client, and rejects all that has no receipt by then. Nothing more is sent, as the
   * refusal tells.
   *
   * @return completes when its threads are about to end, or after a second
   */
  CompletionStage<Void> close() {
    boolean drained = isDrained();
    closed = true;
    directory.close();
    CompletableFuture<Void> rejected = CompletableFuture.runAsync(this::sendSlice, thread);
    thread.shutdown();
    return rejected.thenCompose(done -> client.close(drained)).thenApply(inTime -> null);
  }

  private CompletionStage<Receipt> send(
      Message message, KafkaMessageWriter made, boolean awaitsConfirmation) {
    EndpointException refusedNow = refusal.get();
    if (refusedNow != null) {
      return refuse(message, refusedNow);
    }
    Publication publication;
    try {
      publication =
          new Publication(
              message,
              made.records(message),
              made.leadsElsewhere(message),
              awaitsConfirmation,
              meter,
              this::done);
    } catch (EndpointException e) {
      return refuse(message, e);
    }
    unconfirmed.incrementAndGet();
    outbox.add(publication);
    sending.signal();
    if (closed) {
      publication.reject(Refusals.stopped(endpoint)); // the last slice may not have seen it
    }
    return publication.receipt();
  }

  private CompletionStage<Receipt> refuse(Message message, EndpointException error) {
    meter.failed();
    return CompletableFuture.completedFuture(Receipt.rejected(message, error));
  }

  private void done(Publication publication) {
    unconfirmed.decrementAndGet();
  }

  private void unusable(EndpointException error) {
    onBroken.accept(error);
    unusable = error;
    sending.signal();
  }

  /** What the client throws beyond exceptions concerns all: the slice itself must not fail. */
  private boolean sendSlice() {
    try {
      return trySlice();
    } catch (RuntimeException | Error e) {
      LOG.error("Endpoint '{}': the publisher broke; it rejects what is under way", endpoint, e);
      records.reject(KafkaErrors.of(e));
      return true;
    }
  }

  private boolean trySlice() {
    EndpointException end = closed ? Refusals.stopped(endpoint) : unusable;
    if (end != null) {
      rejectOutbox(end);
      records.reject(end);
      return false;
    }
    records.advance();
    boolean more = emptyOutbox();
    rejectOverdue();
    if (records.isWaiting()) {
      retry.set();
    }
    if (!isDrained()) {
      look.set();
    }
    return more;
  }

  private boolean emptyOutbox() {
    for (int sent = 0; sent < MAX_MESSAGES_A_SLICE; sent++) {
      Publication next = outbox.poll();
      if (next == null) {
        return false;
      }
      records.accept(next);
    }
    return true;
  }

  private void rejectOverdue() {
    long now = System.nanoTime();
    if (now - looked >= LOOK_INTERVAL.toNanos()) {
      looked = now;
      records.rejectOverdue();
    }
  }

  private void rejectOutbox() {
    rejectOutbox(Refusals.stopped(endpoint));
  }

  private void rejectOutbox(EndpointException error) {
    for (Publication next = outbox.poll(); next != null; next = outbox.poll()) {
      next.reject(error);
    }
  }
}
