/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.benchmarks.endpoint;

import io.sluice.benchmarks.comparison.Clock;
import io.sluice.benchmarks.comparison.Contestant;
import io.sluice.endpoint.Message;
import io.sluice.endpoint.MessageEndpoint;
import io.sluice.endpoint.PublishRequest;
import io.sluice.endpoint.Receipt;
import java.util.concurrent.Flow;
import java.util.function.Supplier;

/** The endpoint with its defaults: a stream of messages through its processor. */
public final class EndpointPublisher implements Contestant {

  private final Supplier<MessageEndpoint> endpoints;

  /**
   * Such a contestant.
   *
   * @param endpoints makes a started endpoint for each turn
   */
  public EndpointPublisher(Supplier<MessageEndpoint> endpoints) {
    this.endpoints = endpoints;
  }

  @Override
  public String name() {
    return "Sluice publisher()";
  }

  @Override
  public void run(long messages, Clock clock) throws Exception {
    byte[] payload = Payload.kibibyte();
    MessageEndpoint endpoint = endpoints.get();
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
