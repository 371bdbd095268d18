/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.benchmarks.kafka;

import io.sluice.benchmarks.comparison.Clock;
import io.sluice.benchmarks.comparison.Contestant;
import io.sluice.endpoint.Message;
import io.sluice.endpoint.MessageEndpoint;
import io.sluice.endpoint.Receipt;
import java.util.concurrent.Semaphore;

/** The endpoint with its defaults: message by message, as many under way as it allows. */
public final class EndpointSinglePublisher implements Contestant {

  private static final int WINDOW = 1024;

  private final KafkaEndpoints endpoints;
  private final Topics topics;
  private final String topic;

  public EndpointSinglePublisher(KafkaEndpoints endpoints, Topics topics, String topic) {
    this.endpoints = endpoints;
    this.topics = topics;
    this.topic = topic;
  }

  @Override
  public String name() {
    return "Sluice publish()";
  }

  @Override
  public void run(long messages, Clock clock) throws Exception {
    byte[] payload = Topics.payload();
    MessageEndpoint endpoint = endpoints.producer(topics, topic);
    try {
      endpoint.publish(Message.of(payload)).toCompletableFuture().get().orThrow();
      clock.start();
      publish(endpoint, payload, messages);
      clock.stop();
    } finally {
      endpoint.close();
    }
  }

  private static void publish(MessageEndpoint endpoint, byte[] payload, long messages)
      throws InterruptedException {
    Semaphore window = new Semaphore(WINDOW);
    for (long i = 0; i < messages; i++) {
      window.acquire();
      endpoint.publish(Message.of(payload)).thenAccept(receipt -> done(receipt, window));
    }
    window.acquire(WINDOW);
  }

  private static void done(Receipt receipt, Semaphore window) {
    receipt.orThrow();
    window.release();
  }
}
