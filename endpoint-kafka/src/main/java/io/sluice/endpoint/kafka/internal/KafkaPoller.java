/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.kafka.internal;

import io.sluice.endpoint.EndpointException;
import io.sluice.endpoint.ErrorCode;
import io.sluice.endpoint.support.lifecycle.Backoff;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves one consumer on a thread of its own, from its first attempt to join the group until it has
 * left it, with one client after the other: one that fails is closed, and replaced after a while.
 *
 * <p>Other threads leave word in a field and {@link #poke} it.
 */
final class KafkaPoller {

  /** Makes the poller of a consumer. */
  @FunctionalInterface
  interface Maker {
    KafkaPoller make(KafkaConsumer consumer);
  }

  /** How long what a consumer left unsettled can be settled after it has cancelled. */
  static final Duration GRACE = Duration.ofSeconds(5);

  private static final Logger LOG = LoggerFactory.getLogger(KafkaPoller.class);

  private final String endpoint;
  private final KafkaClients clients;
  private final KafkaMembership.Groups groups;
  private final KafkaConsumer consumer;
  private final Backoff backoff;
  private final Departure departure;
  private final Thread thread;
  private final CompletableFuture<Void> ended = new CompletableFuture<>();
  private final AtomicBoolean poked = new AtomicBoolean();

  private volatile KafkaSession session;
  private volatile String trouble;
  private volatile long lag = -1;

  // Owned by the thread.
  private final Map<TopicPartition, Long> resume;
  private KafkaGroup group;

  /**
   * A poller that is not started.
   *
   * @param resume offsets to start from, in place of the group's positions
   * @param groups what can be done about groups from outside
   * @param threads makes the thread
   */
  KafkaPoller(
      String endpoint,
      KafkaClients clients,
      KafkaGroup group,
      Map<TopicPartition, Long> resume,
      Backoff backoff,
      KafkaMembership.Groups groups,
      ThreadFactory threads,
      KafkaConsumer consumer) {
    this.endpoint = endpoint;
    this.clients = clients;
    this.group = group;
    this.resume = new HashMap<>(resume);
    this.backoff = backoff;
    this.groups = groups;
    this.consumer = consumer;
    this.departure = new Departure(() -> consumer.isClosed() && consumer.isSettled());
    this.thread = threads.newThread(this::run);
  }

  // Any thread

  void start() {
    thread.start();
  }

  CompletableFuture<Void> ended() {
    return ended;
  }

  /**
   * Takes in nothing more, and ends when everything delivered is settled or the time is over.
   *
   * @param remain whether its place in the group is kept
   */
  void stop(Duration drain, boolean remain) {
    departure.remain(remain);
    departure.begin(drain);
    poke();
  }

  /** The last delivery has been handed over. */
  void subscriptionClosed() {
    if (!departure.isBegun()) {
      departure.begin(GRACE);
    }
    poke();
  }

  /** The subscription has taken all of a batch, so that there may be room for more. */
  void batchTaken() {
    KafkaSession present = session;
    if (present != null && present.isHolding()) {
      poke();
    }
  }

  long lag() {
    return lag;
  }

  Optional<String> trouble() {
    return Optional.ofNullable(trouble);
  }

  /** Has the thread look around, whatever it waits for. */
  private void poke() {
    if (!poked.getAndSet(true)) {
      KafkaSession present = session;
      if (present != null) {
        present.wakeUp();
      }
      LockSupport.unpark(thread);
    }
  }

  // The thread

  private void run() {
    try {
      while (!departure.isOver()) {
        serve().ifPresent(this::failed);
      }
    } catch (Throwable e) {
      LOG.error("Endpoint '{}', group '{}': the consumer broke", endpoint, group.id(), e);
      consumer.fail(KafkaErrors.of(e));
    } finally {
      ended.complete(null);
    }
  }

  /**
   * Serves with one client until it has failed or is not needed any more.
   *
   * @return why it has failed
   */
  private Optional<EndpointException> serve() {
    try {
      serve(open());
      return Optional.empty();
    } catch (RuntimeException e) {
      return Optional.of(KafkaErrors.of(e));
    }
  }

  private void serve(KafkaSession opened) {
    session = opened;
    try {
      opened.subscribe();
      while (!departure.isOver() || opened.isJoining()) {
        poked.set(false); // before looking around: what comes later is seen, or wakes the poll
        opened.turn();
        turned(opened);
      }
      opened.commit();
    } finally {
      session = null; // nobody wakes up a client that is being closed
      opened.close();
    }
  }

  private KafkaSession open() {
    KafkaSettings.Consumer settings = consumer.settings();
    Consumer<byte[], byte[]> client = clients.consumer(settings, group);
    return new KafkaSession(
        client,
        new KafkaMembership(client, group, groups),
        new OffsetCommits(client, endpoint, settings.maxUnsettled()),
        consumer,
        resume,
        departure);
  }

  private void turned(KafkaSession opened) {
    lag = opened.lag();
    if (trouble != null && !consumer.assigned().isEmpty()) {
      trouble = null;
      backoff.reset();
    }
  }

  private void failed(EndpointException error) {
    if (error.code().equals(ErrorCode.CLIENT_ID_IN_USE) && !group.configured()) {
      // Somebody in this process has the same name, in another framework perhaps.
      LOG.info("Endpoint '{}', group '{}': goes on as a dynamic member", endpoint, group.id());
      group = group.dynamic();
      return;
    }
    boolean curable =
        error.isRetryable()
            || error.code().equals(ErrorCode.AUTHENTICATION_FAILED)
            || error.code().equals(ErrorCode.NOT_AUTHORIZED)
            || error.code().equals(ErrorCode.TLS_FAILED);
    Optional<Duration> delay = curable ? backoff.next() : Optional.empty();
    if (delay.isEmpty()) {
      consumer.fail(error);
      departure.begin(Duration.ZERO);
      return;
    }
    String reason = "group '" + group.id() + "': " + error.getMessage();
    if (!reason.equals(trouble)) {
      trouble = reason;
      LOG.warn("Endpoint '{}', {}; trying again", endpoint, reason, error);
    }
    pauseFor(delay.get());
  }

  private void pauseFor(Duration delay) {
    poked.set(false);
    long end = System.nanoTime() + delay.toNanos();
    while (!departure.isBegun() && System.nanoTime() - end < 0) {
      LockSupport.parkNanos(this, end - System.nanoTime());
    }
  }
}
