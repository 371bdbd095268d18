/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.benchmarks.rabbitmq;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.MessageProperties;
import io.sluice.benchmarks.comparison.Clock;
import io.sluice.benchmarks.comparison.Contestant;
import io.sluice.benchmarks.endpoint.Payload;
import java.util.UUID;

/**
 * A durable classic queue that all contestants use, one after the other, over the default exchange.
 * Messages are persistent. The queue is deleted when it is closed.
 */
public final class TestQueue implements AutoCloseable {

  private static final int CONFIRM_TIMEOUT_MILLIS = 120_000;

  private final String host;
  private final int port;
  private final String name = "benchmark-" + UUID.randomUUID();
  private final Connection connection;
  private final Channel channel;

  /** Makes such a queue on a broker, where the user {@code guest} may do so. */
  public TestQueue(String host, int port) throws Exception {
    this.host = host;
    this.port = port;
    connection = factory().newConnection();
    channel = connection.createChannel();
    channel.confirmSelect();
    channel.queueDeclare(name, true, false, false, null);
  }

  /** Makes connections to the broker, with the client's defaults. */
  ConnectionFactory factory() {
    ConnectionFactory factory = new ConnectionFactory();
    factory.setHost(host);
    factory.setPort(port);
    return factory;
  }

  String host() {
    return host;
  }

  int port() {
    return port;
  }

  String name() {
    return name;
  }

  /** A contestant that finds the queue empty. */
  public Contestant empty(Contestant contestant) {
    return prepared(contestant, messages -> 0);
  }

  /** A contestant that finds in the queue what it is to consume. */
  public Contestant filled(Contestant contestant) {
    return prepared(contestant, messages -> messages);
  }

  private interface Content {
    long of(long messages);
  }

  private Contestant prepared(Contestant contestant, Content content) {
    return new Contestant() {

      @Override
      public String name() {
        return contestant.name();
      }

      @Override
      public void run(long messages, Clock clock) throws Exception {
        channel.queuePurge(name);
        fill(content.of(messages));
        contestant.run(messages, clock);
      }
    };
  }

  private void fill(long messages) throws Exception {
    byte[] payload = Payload.kibibyte();
    for (long i = 0; i < messages; i++) {
      channel.basicPublish("", name, MessageProperties.MINIMAL_PERSISTENT_BASIC, payload);
    }
    channel.waitForConfirmsOrDie(CONFIRM_TIMEOUT_MILLIS);
  }

  @Override
  public void close() throws Exception {
    channel.queueDelete(name);
    connection.close();
  }
}
