/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.tck.broker;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.GetResponse;
import com.rabbitmq.client.MessageProperties;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeoutException;

/** One connection and channel of the plain client, with confirms. */
final class AmqpClient implements AutoCloseable {

  private final Connection connection;
  private final Channel channel;

  private AmqpClient(Connection connection) throws IOException {
    this.connection = connection;
    this.channel = connection.createChannel();
    channel.confirmSelect();
  }

  /** Connects as the broker's own user. */
  static AmqpClient connect(AmqpBroker broker) throws Exception {
    return connect(factory(broker));
  }

  static AmqpClient connect(ConnectionFactory factory) throws Exception {
    return new AmqpClient(factory.newConnection());
  }

  /** What connects to a broker as its own user, and not again by itself. */
  static ConnectionFactory factory(AmqpBroker broker) {
    ConnectionFactory factory = new ConnectionFactory();
    factory.setHost(broker.host());
    factory.setPort(broker.port());
    factory.setUsername(broker.username());
    factory.setPassword(broker.password());
    factory.setAutomaticRecoveryEnabled(false);
    return factory;
  }

  Connection connection() {
    return connection;
  }

  /** Makes a durable queue, unless there is one. */
  AMQP.Queue.DeclareOk declare(String queue) throws IOException {
    return channel.queueDeclare(queue, true, false, false, null);
  }

  /** Publishes a persistent message, without waiting for the broker. */
  void publish(String queue, String text) throws IOException {
    channel.basicPublish("", queue, MessageProperties.PERSISTENT_BASIC, text.getBytes(UTF_8));
  }

  /** Waits until the broker has confirmed what was published. */
  void awaitConfirms(Duration patience) throws InterruptedException, TimeoutException {
    channel.waitForConfirms(patience.toMillis());
  }

  /** Makes the queue and puts a message into it; returns when the broker has confirmed it. */
  void send(String queue, String text) throws Exception {
    declare(queue);
    publish(queue, text);
    awaitConfirms(Duration.ofSeconds(30));
  }

  /** Takes the first message of a queue. */
  Optional<String> receive(String queue) throws IOException {
    return Optional.ofNullable(channel.basicGet(queue, true))
        .map(GetResponse::getBody)
        .map(body -> new String(body, UTF_8));
  }

  /** Leaves at once, even if the broker does not answer. */
  @Override
  public void close() {
    connection.abort(0);
  }
}
