/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.kafka.internal;

import io.sluice.endpoint.EndpointException;
import io.sluice.endpoint.Qos;
import io.sluice.endpoint.support.concurrent.EndpointThreads;
import io.sluice.endpoint.support.concurrent.IdlingThread;
import io.sluice.endpoint.support.concurrent.Reminder;
import io.sluice.endpoint.support.concurrent.SharedWorkers;
import io.sluice.endpoint.support.lifecycle.EndpointMeter;
import io.sluice.endpoint.support.lifecycle.Refusals;
import io.sluice.endpoint.support.publishing.MessageSender;
import io.sluice.endpoint.support.publishing.Outbox;
import io.sluice.endpoint.support.publishing.Publication;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Publishes messages. A thread of the publisher, which never waits and ends while there is nothing
 * to send, takes them out of the outbox and gives them to the {@link RecordSender}.
 */
final class KafkaPublisher implements Outbox.Transport<PublishedRecords> {

  /** When to ask again for what the client had no room or no metadata for. */
  private static final Duration RETRY_DELAY = Duration.ofMillis(5);

  private final String endpoint;
  private final Consumer<EndpointException> onBroken;
  private final ThreadPoolExecutor thread;
  private final Outbox<PublishedRecords> outbox;
  private final SendingClient client;
  private final TopicDirectory directory;
  private final RecordSender records;
  private final Reminder retry;

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
    this.onBroken = onBroken;
    thread = IdlingThread.of(threads, "sender");
    outbox =
        new Outbox<>(
            endpoint,
            thread,
            workers,
            settings.producer().inFlight().timeout(),
            meter,
            refusal,
            this);
    client =
        new SendingClient(
            endpoint,
            clients,
            threads,
            workers,
            settings.reconnect().endlessBackoff(),
            outbox::signal,
            this::unusable);
    directory =
        new TopicDirectory(
            clients, threads, settings.producer().inFlight().timeout(), outbox::signal);
    records =
        new RecordSender(
            client,
            directory,
            settings.producer().inFlight(),
            () -> hindrance.get().or(client::trouble),
            outbox);
    retry = new Reminder(workers, RETRY_DELAY, outbox::signal);
  }

  /**
   * A sender to topics, whose messages count as confirmed when that QoS says so.
   *
   * @param topics where messages go that do not name a topic
   */
  MessageSender sender(List<String> topics, Qos qos) {
    return outbox.sender(qos, new KafkaMessageWriter(topics)::write);
  }

  /** Makes the client, if that works at once; what is sent stays in the outbox. */
  CompletionStage<Void> prepare() {
    return client.prepare();
  }

  /** Makes the client and begins to send. */
  void open() {
    outbox.open();
    client.open();
  }

  /** Whether every message has its receipt. */
  boolean isDrained() {
    return outbox.isDrained();
  }

  /** Rejects all that has no receipt, and all that comes later. Idempotent. */
  void fail(EndpointException error) {
    outbox.close(error);
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
    directory.close();
    CompletionStage<Void> rejected = outbox.close(Refusals.stopped(endpoint));
    thread.shutdown();
    return rejected.thenCompose(done -> client.close(drained)).thenApply(inTime -> null);
  }

  @Override
  public void advance() {
    records.advance();
    if (records.isWaiting()) {
      retry.set();
    }
  }

  @Override
  public boolean handOver(Publication<PublishedRecords> publication) {
    return records.accept(publication);
  }

  @Override
  public EndpointException overdue(Publication<PublishedRecords> publication) {
    return records.overdue();
  }

  private void unusable(EndpointException error) {
    onBroken.accept(error);
    fail(error);
  }
}
