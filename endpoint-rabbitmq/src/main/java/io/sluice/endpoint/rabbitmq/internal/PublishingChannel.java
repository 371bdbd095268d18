/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.rabbitmq.internal;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Return;
import com.rabbitmq.client.ShutdownSignalException;
import io.sluice.endpoint.Attributes;
import io.sluice.endpoint.EndpointException;
import io.sluice.endpoint.ErrorCode;
import io.sluice.endpoint.support.publishing.ConfirmationNumbers;
import io.sluice.endpoint.support.publishing.Publication;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/**
 * One channel to publish on, with what is under way on it. It is opened on the connection's thread;
 * all else happens on the event loop, which owns it then.
 *
 * <p>The broker counts messages from the moment that it confirms them, and so do we: the client's
 * own count goes astray when it cannot encode a message, and costs an entry each.
 */
final class PublishingChannel {

  /** What becomes of it; on the event loop. */
  interface Listener {

    /** Messages have an outcome. */
    void settled();

    /** The channel has ended, not by us. */
    void ended(PublishingChannel channel, ShutdownSignalException cause);
  }

  private static final Attributes.Names RECEIPT =
      Attributes.names(RabbitmqAttributes.EXCHANGE, RabbitmqAttributes.ROUTING_KEY);

  private final ClientConnection connection;
  private final Channel channel;
  private final RabbitmqSettings.Producer settings;
  private final Listener listener;
  private final ConfirmationNumbers<PublishedMessage> numbers = new ConfirmationNumbers<>();
  private final UntakenMessages untaken = new UntakenMessages(this::barrier);
  private final ReturnedMessages returned = new ReturnedMessages(numbers, untaken);
  private final Consumer<Publication<PublishedMessage>> confirm = PublishingChannel::confirm;
  private final long openedNanos = System.nanoTime();

  private PublishingChannel(
      ClientConnection connection,
      Channel channel,
      RabbitmqSettings.Producer settings,
      Listener listener) {
    this.connection = connection;
    this.channel = channel;
    this.settings = settings;
    this.listener = listener;
  }

  /**
   * Opens a channel. Waits for the broker.
   *
   * @param exchange makes sure that it is there
   */
  static PublishingChannel open(
      ClientConnection connection,
      RabbitmqSettings.Producer settings,
      Declaration exchange,
      Listener listener)
      throws IOException {
    Channel client = connection.openChannel();
    PublishingChannel channel = new PublishingChannel(connection, client, settings, listener);
    exchange.declare(client);
    if (settings.confirms()) {
      client.rpc(new AMQP.Confirm.Select.Builder().build());
    }
    client.addConfirmListener(channel::confirmed, channel::refused);
    client.addReturnListener(channel::returned);
    client.addShutdownListener(channel::ended);
    return channel;
  }

  /** Declares what a channel needs. */
  @FunctionalInterface
  interface Declaration {
    void declare(Channel channel) throws IOException;
  }

  ClientConnection connection() {
    return connection;
  }

  /** Whether a message can be written now, without waiting. */
  boolean isReady() {
    return channel.isOpen() && connection.obstacle().isEmpty() && connection.socket().isWritable();
  }

  boolean isOpen() {
    return channel.isOpen();
  }

  /** How many messages have no outcome. */
  int underWay() {
    return numbers.size();
  }

  /** The only message that is under way. */
  Publication<PublishedMessage> onlyOne() {
    Publication<?>[] found = new Publication<?>[1];
    numbers.find(1, each -> (found[0] = each) != null);
    @SuppressWarnings("unchecked")
    Publication<PublishedMessage> one = (Publication<PublishedMessage>) found[0];
    return one;
  }

  /** Gives an outcome to all that is under way. */
  void rejectAll(EndpointException error) {
    numbers.settle(Long.MAX_VALUE, true, publication -> publication.reject(error));
  }

  /** Lets go of messages that have an outcome without the broker. */
  void withdrawDone() {
    numbers.withdrawDone();
  }

  /** How long it has been there, in nanoseconds. */
  long ageNanos() {
    return System.nanoTime() - openedNanos;
  }

  /** Writes a message; one that no frame can carry is rejected. */
  void publish(Publication<PublishedMessage> publication) {
    PublishedMessage message = publication.content();
    if (!message.headersFit(connection.frameMax())) {
      publication.reject(tooLarge());
      return;
    }
    try {
      channel.basicPublish(
          message.exchange(),
          message.routingKey(),
          settings.mandatory() && settings.confirms() && publication.awaitsConfirmation(),
          false,
          message.properties(),
          message.body());
    } catch (IOException | ShutdownSignalException e) {
      return; // it is sent again on the next channel
    } catch (IllegalArgumentException e) {
      publication.reject(EndpointException.ofMessage(ErrorCode.MESSAGE_INVALID, e.getMessage(), e));
      return; // nothing of it was written
    }
    if (settings.confirms()) {
      numbers.add(publication); // a confirmation comes on this thread, so not before
    }
    if (!settings.confirms() || !publication.awaitsConfirmation()) {
      confirm(publication);
    }
  }

  private EndpointException tooLarge() {
    return EndpointException.ofMessage(
        ErrorCode.MESSAGE_TOO_LARGE,
        "the headers and properties do not fit into one frame of %d bytes, as AMQP demands"
            .formatted(connection.frameMax()),
        null);
  }

  private static void confirm(Publication<PublishedMessage> publication) {
    PublishedMessage message = publication.content();
    publication.confirm(RECEIPT.with(message.exchange(), message.routingKey()));
  }

  private void confirmed(long number, boolean multiple) {
    numbers.settle(number, multiple, confirm);
    listener.settled();
  }

  private void refused(long number, boolean multiple) {
    numbers.settle(number, multiple, untaken::add);
    listener.settled();
  }

  /** Completes on the event loop; nothing else is asked on this channel that has an answer. */
  private CompletionStage<Void> barrier() {
    try {
      return channel.asyncCompletableRpc(new AMQP.Basic.Qos.Builder().build()).thenApply(x -> null);
    } catch (IOException | RuntimeException e) {
      return CompletableFuture.failedStage(e);
    }
  }

  private void returned(Return message) {
    returned.reject(message);
  }

  private void ended(ShutdownSignalException cause) {
    untaken.rejectAll();
    if (!cause.isInitiatedByApplication()) {
      listener.ended(this, cause);
    }
  }
}
