/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.benchmarks.kafka;

import io.sluice.benchmarks.comparison.Clock;
import io.sluice.benchmarks.comparison.Contestant;
import io.sluice.endpoint.Message;
import io.sluice.endpoint.MessageEndpoint;

/** The endpoint with its defaults: message by message, as many under way as it allows. */
public final class EndpointSinglePublisher implements Contestant {

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
      throws Exception {
    Window window = new Window();
    for (long i = 0; i < messages; i++) {
      window.enter();
      endpoint
          .publish(Message.of(payload))
          .thenAccept(receipt -> window.leave(receipt.error().orElse(null)));
    }
    window.awaitEmpty();
  }
}
