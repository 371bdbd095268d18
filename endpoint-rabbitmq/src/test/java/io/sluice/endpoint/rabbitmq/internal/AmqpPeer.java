/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.rabbitmq.internal;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.GetResponse;
import com.rabbitmq.client.MessageProperties;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;

/**
 * Another application at the broker: the client as it comes, on blocking I/O. Connects again when
 * its connection is gone. Every name that it makes is new.
 */
final class AmqpPeer implements AutoCloseable {

  private static final AtomicInteger NAMES = new AtomicInteger();

  private final ConnectionFactory factory = new ConnectionFactory();
  private Connection connection;
  private Channel channel;

  AmqpPeer(int port) {
    factory.setHost("127.0.0.1");
    factory.setPort(port);
    factory.setAutomaticRecoveryEnabled(false);
  }

  /** A name that nothing has yet. */
  static String newName(String kind) {
    return kind + "-" + ProcessHandle.current().pid() + "-" + NAMES.incrementAndGet();
  }

  /** What is done with a channel. */
  interface Action<T> {
    T with(Channel channel) throws IOException, InterruptedException, TimeoutException;
  }

  /** Does something with the channel of this peer. */
  synchronized <T> T call(Action<T> action) {
    try {
      return action.with(channel());
    } catch (IOException | InterruptedException | TimeoutException e) {
      throw new AssertionError(e);
    }
  }

  private Channel channel() throws IOException, TimeoutException {
    if (connection == null || !connection.isOpen()) {
      connection = factory.newConnection("peer");
    }
    if (channel == null || !channel.isOpen()) {
      channel = connection.createChannel();
    }
    return channel;
  }

  /** A durable exchange of a type. */
  String newExchange(String type) {
    String name = newName("exchange");
    call(channel -> channel.exchangeDeclare(name, type, true));
    return name;
  }

  /** A durable queue that is bound to an exchange with a key. */
  String newQueue(String exchange, String key) {
    return newQueue(exchange, key, Map.of());
  }

  String newQueue(String exchange, String key, Map<String, Object> arguments) {
    return newNamedQueue(newName("queue"), exchange, key, arguments);
  }

  /** A durable queue with a name of the caller's choice. */
  String newNamedQueue(String name, String exchange, String key, Map<String, Object> arguments) {
    return call(
        channel -> {
          channel.queueDeclare(name, true, false, false, arguments);
          if (!exchange.isEmpty()) {
            channel.queueBind(name, exchange, key);
          }
          return name;
        });
  }

  /** Sends messages, persistent, and returns when the broker has confirmed them. */
  void send(String exchange, String key, int count, IntFunction<String> text) {
    call(
        channel -> {
          channel.confirmSelect();
          for (int i = 0; i < count; i++) {
            channel.basicPublish(
                exchange, key, MessageProperties.PERSISTENT_BASIC, text.apply(i).getBytes("UTF-8"));
          }
          channel.waitForConfirmsOrDie(60_000);
          return null;
        });
  }

  /** Sends one message with properties. */
  void send(String exchange, String key, AMQP.BasicProperties properties, byte[] body) {
    call(
        channel -> {
          channel.confirmSelect();
          channel.basicPublish(exchange, key, properties, body);
          channel.waitForConfirmsOrDie(60_000);
          return null;
        });
  }

  /** Takes the first messages out of a queue; fewer if no more come in time. */
  List<GetResponse> take(String queue, int count, Duration patience) {
    List<GetResponse> taken = new ArrayList<>();
    long deadline = System.nanoTime() + patience.toNanos();
    while (taken.size() < count && System.nanoTime() < deadline) {
      GetResponse next = call(channel -> channel.basicGet(queue, true));
      if (next != null) {
        taken.add(next);
      } else {
        Thread.onSpinWait();
      }
    }
    return taken;
  }

  /** Deletes a queue, whoever uses it; without effect if there is none. */
  void deleteQueue(String queue) {
    call(
        channel -> {
          try {
            return channel.queueDelete(queue);
          } catch (IOException none) { // some brokers mind
            return null;
          }
        });
  }

  /** How many messages wait in a queue. */
  int waiting(String queue) {
    return (int) (long) call(channel -> channel.messageCount(queue));
  }

  /** How many consumers a queue has. */
  int consumers(String queue) {
    return (int) (long) call(channel -> channel.consumerCount(queue));
  }

  @Override
  public synchronized void close() {
    if (connection != null) {
      connection.abort(1000);
    }
  }
}
