/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.rabbitmq.internal;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Command;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ShutdownSignalException;
import com.rabbitmq.client.TrafficListener;
import io.sluice.endpoint.EndpointException;
import io.sluice.endpoint.ErrorCode;
import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection of the client, from its beginning to its end. What waits for the broker ({@link
 * #openChannel}, {@link #close}) must not run on the event loop. Safe for use by many threads.
 */
final class ClientConnection implements TrafficListener {

  private static final Logger LOG = LoggerFactory.getLogger(ClientConnection.class);

  /** Less than what the client queues for a consumer before it waits, 1000. */
  private static final int COMMANDS_TOGETHER = 256;

  private final ClientSocket socket;

  /** Commands that came; owned by the event loop. */
  private int commands;

  private volatile Connection connection;
  private volatile String blocked = "";
  private volatile boolean flowStopped;
  private volatile boolean keepsRejected;
  private volatile Consumer<String> onFlow = obstacle -> {};

  ClientConnection(ClientSocket socket) {
    this.socket = socket;
  }

  /** The connection is made. */
  void made(Connection client) {
    connection = client;
    socket.heartbeat(Duration.ofSeconds(client.getHeartbeat()));
    socket.guardHeaders();
    keepsRejected = isQpid(client);
    client.addBlockedListener(
        reason -> blocked("the broker has blocked publishers: " + reason), () -> blocked(""));
  }

  /** Qpid gives what a consumer rejects to the next one, unless the queue counts deliveries. */
  private static boolean isQpid(Connection client) {
    Object product = client.getServerProperties().get("product");
    return String.valueOf(product).toLowerCase(Locale.ROOT).contains("qpid");
  }

  /** Whether the broker keeps a message that is rejected without being requeued. */
  boolean keepsRejected() {
    return keepsRejected;
  }

  ClientSocket socket() {
    return socket;
  }

  /** The largest frame in bytes that was negotiated; 0 for no limit. */
  int frameMax() {
    return connection.getFrameMax();
  }

  boolean isOpen() {
    return connection.isOpen();
  }

  /** A new channel. Waits for the broker. */
  Channel openChannel() throws IOException {
    return connection
        .openChannel()
        .orElseThrow(
            () ->
                EndpointException.retryable(
                    ErrorCode.UNAVAILABLE, "the connection has no more channels"));
  }

  /** Why the broker takes no messages now, for people; empty while it does. */
  Optional<String> obstacle() {
    if (!blocked.isEmpty()) {
      return Optional.of(blocked);
    }
    return flowStopped
        ? Optional.of("publishing is blocked: the broker has stopped the flow")
        : Optional.empty();
  }

  /** A channel has ended, and with it the flow that the broker had stopped there. */
  void channelEnded() {
    flowStopped = false;
  }

  /** Takes {@link #obstacle} whenever it changes, empty if there is none; on the event loop. */
  void onFlow(Consumer<String> listener) {
    onFlow = listener;
    obstacle().ifPresent(listener);
  }

  /** Takes why it has ended, once; at once if it has ended already. Not if we have ended it. */
  void onLost(Consumer<ShutdownSignalException> listener) {
    connection.addShutdownListener(
        cause -> {
          if (!cause.isInitiatedByApplication()) {
            listener.accept(cause);
          }
        });
  }

  /** Ends it in good order, or by force after a time. Waits for the broker. Idempotent. */
  void close(Duration timeout) {
    Connection present = connection;
    try {
      if (present != null && present.isOpen()) {
        present.close(AMQP.REPLY_SUCCESS, "stopped", (int) timeout.toMillis());
      }
    } catch (IOException | RuntimeException e) {
      LOG.debug("A connection did not close in good order", e);
    } finally {
      socket.hangUp();
    }
  }

  private void blocked(String reason) {
    blocked = reason;
    onFlow.accept(obstacle().orElse(""));
  }

  /** Called before the client takes the command. */
  @Override
  public void read(Command inbound) {
    if (++commands % COMMANDS_TOGETHER == 0) {
      socket.runLaterNow();
    }
    if (inbound.getMethod() instanceof AMQP.Channel.Flow flow) {
      flow(flow.getActive());
    }
  }

  /**
   * The client would wait within {@code basicPublish} while a broker has stopped the flow, and the
   * event loop with it; so that is known before.
   */
  private void flow(boolean active) {
    flowStopped = !active;
    onFlow.accept(obstacle().orElse(""));
  }

  @Override
  public void write(Command outbound) {
    // of no interest
  }
}
