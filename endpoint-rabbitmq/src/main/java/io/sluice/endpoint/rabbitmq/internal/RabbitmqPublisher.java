/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.rabbitmq.internal;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.ShutdownSignalException;
import io.sluice.endpoint.EndpointException;
import io.sluice.endpoint.ErrorCode;
import io.sluice.endpoint.Qos;
import io.sluice.endpoint.support.concurrent.SharedWorkers;
import io.sluice.endpoint.support.lifecycle.EndpointMeter;
import io.sluice.endpoint.support.lifecycle.Refusals;
import io.sluice.endpoint.support.publishing.MessageSender;
import io.sluice.endpoint.support.publishing.Outbox;
import io.sluice.endpoint.support.publishing.Publication;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes messages to one exchange, over a channel of its own. The event loop of the connection
 * takes them out of the outbox, writes them, and hears the confirmations.
 *
 * <p>A broker that cannot take a message closes the whole channel, or the connection, and does not
 * say which one it was. So what was under way is sent again one by one; the message that is alone
 * when it happens again is to blame, and is rejected.
 */
final class RabbitmqPublisher
    implements Outbox.Transport<PublishedMessage>, PublishingChannel.Listener {

  private static final Logger LOG = LoggerFactory.getLogger(RabbitmqPublisher.class);

  /** A channel that ends sooner, and not by a message, is no use. */
  private static final Duration SOUND = Duration.ofSeconds(1);

  private final String endpoint;
  private final RabbitmqSettings.Producer settings;
  private final RabbitmqConnection connection;
  private final Topology topology;
  private final Optional<RabbitmqSettings.Exchange> exchange;
  private final Outbox<PublishedMessage> outbox;

  /** The channel that was opened last; null when it was taken over. */
  private volatile PublishingChannel opened;

  // Owned by the event loop.
  private PublishingChannel channel;
  private boolean overdue;

  /** How many messages are sent alone, as one of them may be to blame. */
  private int suspects;

  private volatile String trouble = "";

  /**
   * A publisher that keeps everything in the outbox until it is opened.
   *
   * @param connection to publish over
   * @param exchange to be declared; empty if others see to it
   * @param refusal tells at any time why nothing more can be sent; null while it can
   */
  RabbitmqPublisher(
      String endpoint,
      RabbitmqSettings.Producer settings,
      RabbitmqConnection connection,
      Topology topology,
      Optional<RabbitmqSettings.Exchange> exchange,
      SharedWorkers workers,
      EndpointMeter meter,
      Supplier<EndpointException> refusal) {
    this.endpoint = endpoint;
    this.settings = settings;
    this.connection = connection;
    this.topology = topology;
    this.exchange = exchange;
    this.outbox =
        new Outbox<>(
            endpoint,
            connection::onEventLoop,
            workers,
            settings.inFlight().timeout(),
            meter,
            refusal,
            this);
  }

  /** A sender whose messages count as confirmed when that QoS says so. */
  MessageSender sender(String exchange, String routingKey, Qos qos) {
    return outbox.sender(qos, new RabbitmqMessageWriter(exchange, routingKey, settings)::write);
  }

  /** Begins to send. */
  void open() {
    outbox.open();
  }

  /** There is a connection; opens a channel. On the connection's thread; waits for the broker. */
  void opened(ClientConnection client) throws IOException {
    PublishingChannel next = PublishingChannel.open(client, settings, this::declare, this);
    opened = next;
    if (!next.isOpen()) { // it may have ended before it was known here
      opened = null;
      throw new IOException("the channel has ended at once");
    }
    outbox.signal();
  }

  private void declare(Channel client) throws IOException {
    if (exchange.isPresent()) {
      topology.exchange(client, exchange.get());
    }
  }

  /** The connection takes messages again, or not. */
  void flowChanged() {
    outbox.signal();
  }

  /** Whether every message has its receipt. */
  boolean isDrained() {
    return outbox.isDrained();
  }

  /** What keeps messages from being published though the broker answers, for people. */
  Optional<String> trouble() {
    return Optional.of(trouble).filter(text -> !text.isEmpty());
  }

  /**
   * Rejects everything that has no receipt yet, and all that comes later. Idempotent.
   *
   * @return completes when what was there has its receipt
   */
  CompletionStage<Void> close(EndpointException error) {
    return outbox.close(error);
  }

  /** As the endpoint has stopped. */
  CompletionStage<Void> close() {
    return close(Refusals.stopped(endpoint));
  }

  @Override
  public void advance() {
    PublishingChannel next = opened;
    if (next != null) {
      opened = null;
      channel = next;
      outbox.replay();
    }
    if (overdue && channel != null) {
      channel.withdrawDone(); // the broker may never confirm them
    }
    overdue = false;
  }

  @Override
  public boolean handOver(Publication<PublishedMessage> publication) {
    if (channel == null || !channel.isReady() || suspects > 0 && channel.underWay() > 0) {
      return false;
    }
    channel.publish(publication);
    return true;
  }

  @Override
  public EndpointException overdue(Publication<PublishedMessage> publication) {
    overdue = true;
    String why =
        connection
            .hindrance()
            .or(() -> connection.present().flatMap(ClientConnection::obstacle))
            .or(this::trouble)
            .orElse("the broker has not confirmed it");
    return EndpointException.retryable(
        ErrorCode.TIMEOUT, "the message was not published within producer.timeout: " + why);
  }

  @Override
  public void settled() {
    if (!trouble.isEmpty()) {
      trouble = "";
    }
    if (suspects > 0) {
      suspects--;
      outbox.signal();
    }
  }

  @Override
  public void ended(PublishingChannel finished, ShutdownSignalException cause) {
    if (opened == finished) {
      opened = null;
    } else if (channel == finished) {
      channel = null;
    } else {
      return;
    }
    ClientConnection client = finished.connection();
    client.channelEnded();
    boolean sound = blame(finished, cause) || finished.ageNanos() > SOUND.toNanos();
    // There, as the connection may not count as present yet.
    connection.onThread(() -> replace(client, sound, cause));
  }

  private void replace(ClientConnection client, boolean sound, ShutdownSignalException cause) {
    if (!connection.isPresent(client)) {
      return; // the next connection comes with another channel
    }
    if (!sound) {
      connection.giveUp(client, RabbitmqErrors.of(cause));
      return;
    }
    try {
      opened(client);
    } catch (IOException | RuntimeException e) {
      connection.giveUp(client, RabbitmqErrors.of(e));
    }
  }

  /** Whether a message was the reason, so that another channel may do better. */
  private boolean blame(PublishingChannel finished, ShutdownSignalException cause) {
    boolean alone = finished.underWay() == 1;
    finished.withdrawDone();
    int underWay = finished.underWay();
    if (underWay == 0 || !Blame.isPossible(cause)) {
      return false;
    }
    EndpointException error = RabbitmqErrors.of(cause);
    if (error.code().equals(ErrorCode.TOPIC_UNKNOWN)) {
      exchangeIsMissing(finished, error);
    } else if (alone && (suspects > 0 || !cause.isHardError())) { // a connection has other channels
      finished.onlyOne().reject(Blame.of(error));
      suspects = Math.max(0, suspects - 1);
    } else {
      suspects = underWay;
      LOG.info(
          "Endpoint '{}': the broker refuses one of {} messages, which are sent again one by one: {}",
          endpoint,
          underWay,
          error.getMessage());
    }
    return true;
  }

  /** With {@code declare=create} the next channel makes it again. */
  private void exchangeIsMissing(PublishingChannel finished, EndpointException error) {
    trouble = error.getMessage();
    if (exchange.filter(topology::creates).isEmpty()) {
      finished.rejectAll(error);
    }
  }
}
