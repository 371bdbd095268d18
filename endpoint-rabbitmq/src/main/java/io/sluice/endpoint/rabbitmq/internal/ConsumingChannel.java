/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.rabbitmq.internal;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Consumer;
import com.rabbitmq.client.Envelope;
import com.rabbitmq.client.ShutdownSignalException;
import io.sluice.endpoint.EndpointException;
import io.sluice.endpoint.ErrorCode;
import io.sluice.endpoint.support.settlement.AcknowledgementPump;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One channel with one consumer. It is opened and closed on the connection's thread; the broker's
 * messages come, and all that is told to it goes, on the event loop.
 */
final class ConsumingChannel implements AcknowledgementPump.Backend {

  /** What the channel brings; on the event loop. */
  interface Listener {

    /** A message, with the next delivery tag. */
    void received(ReceivedMessage message);

    /** A message whose headers the client cannot read, with the next delivery tag. */
    void unreadable(long tag);

    /**
     * The broker ends the consumer or the channel: nothing comes any more, and no tag means
     * anything. Called once, unless the channel is closed by us.
     */
    void ended(EndpointException why);
  }

  private static final Logger LOG = LoggerFactory.getLogger(ConsumingChannel.class);

  private final ClientConnection connection;
  private final Executor eventLoop;
  private final Channel channel;
  private final int prefetch;
  private volatile String consumerTag = "";

  private ConsumingChannel(
      ClientConnection connection, Executor eventLoop, Channel channel, int prefetch) {
    this.connection = connection;
    this.eventLoop = eventLoop;
    this.channel = channel;
    this.prefetch = prefetch;
  }

  /** A channel without a consumer. Waits for the broker. */
  static ConsumingChannel open(ClientConnection connection, Executor eventLoop, int prefetch)
      throws IOException {
    return new ConsumingChannel(connection, eventLoop, connection.openChannel(), prefetch);
  }

  /** To declare with, before {@link #consume}. */
  Channel client() {
    return channel;
  }

  ClientConnection connection() {
    return connection;
  }

  Executor eventLoop() {
    return eventLoop;
  }

  /** Begins to consume. Waits for the broker; messages may come before this returns. */
  void consume(String queue, Map<String, Object> arguments, Listener listener) throws IOException {
    channel.basicQos(prefetch);
    consumerTag =
        channel.basicConsume(
            queue, false, "", false, false, arguments, new Receiver(queue, listener));
  }

  @Override
  public void acknowledge(long tag, boolean multiple) {
    tell(() -> channel.basicAck(tag, multiple));
  }

  @Override
  public void discard(long tag) {
    if (connection.keepsRejected()) {
      acknowledge(tag, false);
    } else {
      tell(() -> channel.basicNack(tag, false, false)); // the queue may have a dead-letter exchange
    }
  }

  /** Gives a message back to the queue. */
  void requeue(long tag) {
    tell(() -> channel.basicNack(tag, false, true));
  }

  /** Asks for no more messages; those on their way still come. */
  void cancel() {
    tell(
        () ->
            channel.asyncRpc(
                new AMQP.Basic.Cancel.Builder().consumerTag(consumerTag).nowait(true).build()));
  }

  /**
   * Asks the broker something that it answers when it has taken all that was told before.
   *
   * @return completes on the event loop; fails if the channel ends before
   */
  CompletionStage<Void> barrier() {
    try {
      connection.socket().needReading(true);
      return channel
          .asyncCompletableRpc(new AMQP.Basic.Qos.Builder().prefetchCount(prefetch).build())
          .<Void>thenApply(answer -> null)
          .whenCompleteAsync((done, failure) -> connection.socket().needReading(false), eventLoop);
    } catch (IOException | RuntimeException e) {
      return CompletableFuture.failedStage(e);
    }
  }

  /** Closes the channel in good order, so that the broker has all that was told. Waits for it. */
  void close() {
    try {
      if (channel.isOpen()) {
        channel.close();
      }
    } catch (IOException | TimeoutException | RuntimeException e) {
      LOG.debug("A channel did not close in good order; it ends with its connection", e);
    }
  }

  private interface Command {
    void transmit() throws IOException;
  }

  /** Whoever is told of the end of the channel deals with what was lost by it. */
  private static void tell(Command command) {
    try {
      command.transmit();
    } catch (IOException | ShutdownSignalException e) {
      LOG.debug("The channel has ended", e);
    }
  }

  private final class Receiver implements Consumer {

    private final String queue;
    private final Listener listener;
    private boolean ended;

    Receiver(String queue, Listener listener) {
      this.queue = queue;
      this.listener = listener;
    }

    @Override
    public void handleDelivery(
        String tag, Envelope envelope, AMQP.BasicProperties properties, byte[] body) {
      if (connection.socket().unreadable().isMarked(properties)) {
        listener.unreadable(envelope.getDeliveryTag());
      } else {
        listener.received(new ReceivedMessage(envelope, properties, body));
      }
    }

    /** Of a queue that was deleted, or has lost its leader. */
    @Override
    public void handleCancel(String tag) {
      end(
          EndpointException.retryable(
              ErrorCode.TOPIC_UNKNOWN,
              "the broker has cancelled the consumer of queue '" + queue + "', as if deleted"));
    }

    @Override
    public void handleShutdownSignal(String tag, ShutdownSignalException cause) {
      if (!cause.isInitiatedByApplication()) {
        end(RabbitmqErrors.of(cause));
      }
    }

    private void end(EndpointException why) {
      if (!ended) {
        ended = true;
        listener.ended(why);
      }
    }

    @Override
    public void handleConsumeOk(String tag) {
      // basicConsume returns then
    }

    @Override
    public void handleCancelOk(String tag) {
      // not asked for
    }

    @Override
    public void handleRecoverOk(String tag) {
      // not asked for
    }
  }
}
