/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.benchmarks.kafka;

import io.sluice.benchmarks.comparison.Clock;
import io.sluice.benchmarks.comparison.Contestant;
import io.sluice.endpoint.Message;
import io.sluice.endpoint.MessageEndpoint;
import io.sluice.endpoint.PublishRequest;
import io.sluice.endpoint.Receipt;
import java.util.concurrent.Flow;

/** The endpoint with its defaults: a stream of messages through its processor. */
public final class EndpointPublisher implements Contestant {

  private final KafkaEndpoints endpoints;
  private final Topics topics;
  private final String topic;

  public EndpointPublisher(KafkaEndpoints endpoints, Topics topics, String topic) {
    this.endpoints = endpoints;
    this.topics = topics;
    this.topic = topic;
  }

  @Override
  public String name() {
    return "Sluice publisher()";
  }

  @Override
  public void run(long messages, Clock clock) throws Exception {
    byte[] payload = Topics.payload();
    MessageEndpoint endpoint = endpoints.producer(topics, topic);
    try {
      endpoint.publish(Message.of(payload)).toCompletableFuture().get().orThrow();
      Flow.Processor<Message, Receipt> publisher = endpoint.publisher(PublishRequest.defaults());
      Receipts receipts = new Receipts(messages, clock);
      publisher.subscribe(receipts);
      clock.start();
      publisher.onSubscribe(new Source(publisher, payload, messages));
      receipts.await();
    } finally {
      endpoint.close();
    }
  }
}
