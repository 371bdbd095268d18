/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.benchmarks.rabbitmq;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Envelope;
import io.sluice.benchmarks.comparison.Clock;
import io.sluice.benchmarks.comparison.Contestant;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The client alone: its own thread hands over each message, and acknowledges some at a time. */
public final class ClientConsumer implements Contestant {

  private static final int PATIENCE_SECONDS = 120;

  private final TestQueue queue;
  private final Transport transport;

  public ClientConsumer(TestQueue queue, Transport transport) {
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
      Channel channel = connection.createChannel();
      channel.basicQos(Flow.PREFETCH);
      Receiver receiver = new Receiver(channel, messages, clock);
      channel.basicConsume(queue.name(), false, receiver);
      receiver.await();
    }
  }

  private static final class Receiver extends DefaultConsumer {

    private final long messages;
    private final Clock clock;
    private final CountDownLatch done = new CountDownLatch(1);
    private long received;
    private long sum;

    Receiver(Channel channel, long messages, Clock clock) {
      super(channel);
      this.messages = messages;
      this.clock = clock;
    }

    void await() throws Exception {
      if (!done.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        throw new TimeoutException("received " + received + " with a sum of " + sum);
      }
    }

    @Override
    public void handleDelivery(
        String tag, Envelope envelope, AMQP.BasicProperties properties, byte[] body)
        throws IOException {
      if (received++ == 0) {
        clock.start();
      }
      sum += body.length + body[0];
      if (received % Flow.ACKNOWLEDGE_EVERY == 0) {
        getChannel().basicAck(envelope.getDeliveryTag(), true);
      }
      if (received == messages) {
        clock.stop();
        done.countDown();
      }
    }
  }
}
