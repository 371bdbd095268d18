/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.rabbitmq.internal;

import io.sluice.endpoint.Delivery;
import io.sluice.endpoint.EndpointException;
import io.sluice.endpoint.ErrorCode;
import io.sluice.endpoint.Message;
import io.sluice.endpoint.Qos;
import io.sluice.endpoint.support.delivery.ConsumerRegistry;
import io.sluice.endpoint.support.delivery.DeliverySource;
import io.sluice.endpoint.support.delivery.DeliverySubscription;
import io.sluice.endpoint.support.lifecycle.Backoff;
import io.sluice.endpoint.support.lifecycle.EndpointMeter;
import io.sluice.endpoint.support.publishing.DiscardedMessages;
import io.sluice.endpoint.support.publishing.FailureStrategy;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One subscription: the source of its deliveries. It has a channel of its own, and a lane for each
 * channel; when the broker ends a channel, another one follows after a while.
 *
 * <p>The methods of {@link DeliverySource} belong to the thread of the subscription, what opens and
 * closes channels to the connection's; the event loop reports the end of a channel. The others may
 * be called by any thread.
 */
final class RabbitmqSubscription
    implements DeliverySource, ConsumerRegistry.Member, RabbitmqLane.Listener {

  private static final Logger LOG = LoggerFactory.getLogger(RabbitmqSubscription.class);

  /** A channel that lived for so long is replaced at once. */
  private static final Duration SOUND = Duration.ofSeconds(5);

  private final Qos qos;
  private final RabbitmqSettings.Consumer settings;
  private final Optional<String> queueName;
  private final Topology topology;
  private final RabbitmqConnection connection;
  private final DiscardedMessages discarded;
  private final EndpointMeter meter;
  private final DeliverySubscription subscription;
  private final Backoff backoff;

  private final CompletableFuture<Void> ended = new CompletableFuture<>();
  private final AtomicBoolean ending = new AtomicBoolean();

  /** The lane that gave the last delivery; owned by the subscription's thread. */
  private RabbitmqLane polled;

  /** When the first channel began to consume; owned by the connection's thread. */
  private Instant begun;

  /** When the last channel began to consume; owned by the connection's thread. */
  private long startedNanos;

  private volatile RabbitmqLane lane;

  /** The lane that the broker has confirmed. */
  private volatile RabbitmqLane confirmed;

  /** How long the next connection is left alone. */
  private volatile Duration pause = Duration.ZERO;

  private volatile String queue;
  private volatile long startOffset;
  private volatile String trouble = "";
  private volatile boolean opened;
  private volatile boolean stopping;
  private volatile boolean over;

  /**
   * A consumer that has no channel yet.
   *
   * @param queueName empty for one that the broker names
   * @param startOffset the first offset that is wanted of a stream; {@link StreamOffsets#NONE} as
   *     configured
   * @param backoff paces the attempts to open a channel
   */
  RabbitmqSubscription(
      Qos qos,
      RabbitmqSettings.Consumer settings,
      Optional<String> queueName,
      long startOffset,
      Topology topology,
      RabbitmqConnection connection,
      DiscardedMessages discarded,
      EndpointMeter meter,
      DeliverySubscription subscription,
      Backoff backoff) {
    this.qos = qos;
    this.settings = settings;
    this.queueName = queueName;
    this.queue = queueName.orElse("");
    this.startOffset = startOffset;
    this.topology = topology;
    this.connection = connection;
    this.discarded = discarded;
    this.meter = meter;
    this.subscription = subscription;
    this.backoff = backoff;
  }

  // The subscription's thread

  @Override
  public Delivery poll() {
    RabbitmqLane present = lane;
    Delivery next = null;
    if (present != null) {
      polled = present;
      next = present.poll();
    }
    if (next == null && stopping && (present == null || !present.isAcknowledgingFirst())) {
      subscription.complete();
    }
    return next;
  }

  @Override
  public void delivered(Delivery delivery) {
    polled.delivered();
  }

  /** What was delivered may still be settled for a while. */
  @Override
  public void closed() {
    over = true;
    if (polled != null) {
      polled.closed();
    }
    RabbitmqLane present = lane;
    if (present != null) {
      guarded(present::stopConsuming);
    }
    endIfSettled();
  }

  // Any thread

  @Override
  public void open() {
    opened = true;
    connected();
  }

  /** The connection is up. */
  void connected() {
    connection
        .present()
        .ifPresent(present -> connection.onThreadAfter(pause, () -> openChannel(present)));
  }

  @Override
  public boolean isLingering() {
    return subscription.isClosed();
  }

  @Override
  public void stop(Duration drain, boolean successor) {
    stopping = true;
    RabbitmqLane present = lane;
    if (present != null) {
      present.stopAcknowledging();
    }
    if (present != null && present.isAcknowledgingFirst()) {
      subscription.wakeUp(); // the broker will not send again what it is being told of
    } else {
      subscription.complete();
    }
    connection.onThreadAfter(drain, this::close);
  }

  @Override
  public void close() {
    subscription.complete();
    end();
  }

  @Override
  public void fail(EndpointException error) {
    subscription.fail(error);
  }

  @Override
  public CompletableFuture<Void> ended() {
    return ended;
  }

  @Override
  public long unsettled() {
    RabbitmqLane present = lane;
    return present == null ? 0 : present.unsettled();
  }

  /** A broker tells how many messages wait in a queue only when it is asked. */
  @Override
  public long lag() {
    return -1;
  }

  @Override
  public void ready() {
    if (over) {
      endIfSettled(); // what was nacked goes back
    } else {
      subscription.wakeUp();
    }
  }

  @Override
  public void settled() {
    if (over) {
      endIfSettled();
    }
  }

  @Override
  public void discarded(Message message, Runnable done) {
    discarded.discard(message, queue, done, this::fail);
  }

  /** What an operator should look at. */
  Stream<String> troubles() {
    return Stream.concat(Stream.of(trouble).filter(text -> !text.isEmpty()), unsettledForLong());
  }

  private Stream<String> unsettledForLong() {
    RabbitmqLane present = lane;
    Duration age = settings.unsettled().age();
    if (present == null || present.unsettledFor(age).isEmpty()) {
      return Stream.empty();
    }
    return Stream.of(
        "the message with delivery tag %d of queue '%s' is unsettled for more than %d ms"
            .formatted(present.unsettledFor(age).orElse(0), queue, age.toMillis()));
  }

  /** The facts of the status. */
  Map<String, Object> details() {
    Map<String, Object> details = new LinkedHashMap<>();
    details.put("queue", queue);
    details.put("type", settings.queue().type().name().toLowerCase(Locale.ROOT));
    RabbitmqLane present = lane;
    details.put("consuming", present != null && present == confirmed);
    return details;
  }

  // The connection's thread

  private void openChannel(ClientConnection client) {
    if (!opened || over || stopping || lane != null || !connection.isPresent(client)) {
      return;
    }
    ConsumingChannel channel = null;
    needReading(client, true);
    try {
      channel = ConsumingChannel.open(client, connection::onEventLoop, settings.prefetch());
      queue = topology.queue(channel.client(), queueName, settings);
      consume(channel);
    } catch (IOException | RuntimeException e) {
      abandon();
      if (channel != null) {
        channel.close();
      }
      failed(client, RabbitmqErrors.of(e));
      endIfSettled();
    } finally {
      needReading(client, false);
    }
  }

  private void abandon() {
    RabbitmqLane useless = lane;
    lane = null;
    if (useless != null) {
      guarded(() -> connection.onEventLoop(useless::abandon));
    }
  }

  /** Answers come over the connection that a full consumer may have stopped. */
  private void needReading(ClientConnection client, boolean needed) {
    guarded(() -> connection.onEventLoop(() -> client.socket().needReading(needed)));
  }

  private void consume(ConsumingChannel channel) throws IOException {
    RabbitmqLane made =
        new RabbitmqLane(
            subscription.endpoint(),
            qos,
            settings,
            channel,
            new RabbitmqMessageReader(isStream() ? Optional.of(queue) : Optional.empty()),
            startOffset,
            meter,
            this);
    lane = made; // first: messages come before the answer
    channel.consume(queue, arguments(), made);
    confirmed = made;
    pause = Duration.ZERO;
    startedNanos = System.nanoTime();
    trouble = "";
    if (begun == null) {
      begun = Instant.now();
    }
    if (over) {
      made.stopConsuming(); // who closed it may have come before the consumer
      endIfSettled();
    }
    if (ending.get()) {
      guarded(() -> made.close(() -> releaseOnThread(made)));
    }
  }

  private boolean isStream() {
    return settings.queue().type() == RabbitmqSettings.QueueType.STREAM;
  }

  private Map<String, Object> arguments() {
    if (!isStream()) {
      return Map.of();
    }
    Object offset = startOffset >= 0 ? startOffset : settings.queue().offset().argument();
    if ("next".equals(offset) && begun != null) {
      offset = Date.from(begun); // what came while there was no channel is wanted, too
    }
    return Map.of("x-stream-offset", offset);
  }

  private void failed(ClientConnection client, EndpointException error) {
    if (!connection.isPresent(client)) {
      pause = backoff.next().orElseThrow(); // it may have ended by what was asked for
      return; // the next connection comes with another attempt
    }
    String words =
        (queue.isEmpty() ? "a queue of its own" : "queue '" + queue + "'")
            + " cannot be consumed: "
            + error.getMessage();
    if (!words.equals(trouble)) {
      LOG.warn("Endpoint '{}': {}; it is tried again", subscription.endpoint(), words);
    }
    trouble = words;
    connection.onThreadAfter(backoff.next().orElseThrow(), () -> openChannel(client));
  }

  private void replace(ConsumingChannel finished) {
    finished.close();
    ClientConnection client = finished.connection();
    if (System.nanoTime() - startedNanos > SOUND.toNanos()) {
      backoff.reset();
      openChannel(client);
    } else {
      connection.onThreadAfter(backoff.next().orElseThrow(), () -> openChannel(client));
    }
  }

  // The event loop

  @Override
  public void unreadable() {
    meter.failed();
    LOG.error(
        "Endpoint '{}': a message of '{}' is discarded: its headers are nested too deep, or broken",
        subscription.endpoint(),
        queue);
    if (settings.discards().strategy() == FailureStrategy.FAIL) {
      fail(
          EndpointException.ofMessage(
              ErrorCode.MESSAGE_INVALID,
              "the headers of a message are nested too deep, or broken; it was discarded",
              null));
    }
  }

  @Override
  public void ended(RabbitmqLane finished, EndpointException why) {
    if (lane != finished) {
      return;
    }
    finished.abandon(); // first: nothing is taken after that
    startOffset = Math.max(startOffset, finished.nextOffset());
    lane = null;
    if (over) {
      endIfSettled();
    } else if (connection.isPresent(finished.channel().connection())) {
      LOG.warn(
          "Endpoint '{}': the consumer of queue '{}' has ended and is made again: {}",
          subscription.endpoint(),
          queue,
          why.getMessage());
      connection.onThread(() -> replace(finished.channel()));
    }
  }

  // The end

  private void endIfSettled() {
    RabbitmqLane present = lane;
    if (over && (present == null || present.isSettled())) {
      end();
    }
  }

  private void end() {
    over = true;
    if (!ending.compareAndSet(false, true)) {
      return;
    }
    RabbitmqLane last = lane;
    if (last == null) {
      ended.complete(null);
    } else {
      guarded(() -> last.close(() -> releaseOnThread(last)));
    }
  }

  /** The thread ends with the connection, and the channel with it. */
  private void releaseOnThread(RabbitmqLane last) {
    if (!connection.onThread(() -> release(last))) {
      ended.complete(null);
    }
  }

  private void release(RabbitmqLane last) {
    ClientConnection client = last.channel().connection();
    needReading(client, true);
    last.channel().close();
    needReading(client, false);
    lane = null;
    ended.complete(null);
  }

  /** Event loops end with the bundle, and the connections with them. */
  private void guarded(Runnable task) {
    try {
      task.run();
    } catch (RejectedExecutionException e) {
      LOG.debug("The bundle has stopped", e);
      ended.complete(null);
    }
  }
}
