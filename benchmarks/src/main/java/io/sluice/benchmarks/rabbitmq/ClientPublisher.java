/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.benchmarks.rabbitmq;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.MessageProperties;
import io.sluice.benchmarks.comparison.Clock;
import io.sluice.benchmarks.comparison.Contestant;
import io.sluice.benchmarks.endpoint.Payload;
import io.sluice.benchmarks.endpoint.Window;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * The client alone, set as the endpoint's defaults set it. What is not confirmed is in a sorted map
 * by its number, as RabbitMQ's tutorial of publisher confirms has it.
 */
public final class ClientPublisher implements Contestant {

  private final TestQueue queue;
  private final Transport transport;

  public ClientPublisher(TestQueue queue, Transport transport) {
    this.queue = queue;
    this.transport = transport;
  }

  @Override
  public String name() {
    return transport.title();
  }

  @Override
  public void run(long messages, Clock clock) throws Exception {
    try (Connection connection = transport.apply(queue.factory()).newConnection()) {
      Sender sender = new Sender(connection.createChannel(), queue.name());
      sender.send(1);
      clock.start();
      sender.send(messages);
      clock.stop();
    }
  }

  private static final class Sender {

    private final Channel channel;
    private final String queue;
    private final byte[] payload = Payload.kibibyte();
    private final Window window = new Window();
    private final ConcurrentNavigableMap<Long, byte[]> unconfirmed = new ConcurrentSkipListMap<>();

    Sender(Channel channel, String queue) throws Exception {
      this.channel = channel;
      this.queue = queue;
      channel.confirmSelect();
      channel.addConfirmListener(
          (number, multiple) -> settle(number, multiple, null),
          (number, multiple) -> settle(number, multiple, new IllegalStateException("refused")));
    }

    /** Returns when all are confirmed. */
    void send(long messages) throws Exception {
      for (long i = 0; i < messages; i++) {
        window.enter();
        unconfirmed.put(channel.getNextPublishSeqNo(), payload);
        channel.basicPublish("", queue, true, MessageProperties.MINIMAL_PERSISTENT_BASIC, payload);
      }
      window.awaitEmpty();
    }

    private void settle(long number, boolean multiple, Exception error) {
      if (multiple) {
        while (!unconfirmed.isEmpty() && unconfirmed.firstKey() <= number) {
          unconfirmed.pollFirstEntry();
          window.leave(error);
        }
      } else if (unconfirmed.remove(number) != null) {
        window.leave(error);
      }
    }
  }
}
