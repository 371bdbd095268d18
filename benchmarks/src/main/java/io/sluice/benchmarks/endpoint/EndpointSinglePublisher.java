/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.benchmarks.endpoint;

import io.sluice.benchmarks.comparison.Clock;
import io.sluice.benchmarks.comparison.Contestant;
import io.sluice.endpoint.Message;
import io.sluice.endpoint.MessageEndpoint;
import java.util.function.Supplier;

/** The endpoint with its defaults: message by message, as many under way as it allows. */
public final class EndpointSinglePublisher implements Contestant {

  private final Supplier<MessageEndpoint> endpoints;

  /**
   * Such a contestant.
   *
   * @param endpoints makes a started endpoint for each turn
   */
  public EndpointSinglePublisher(Supplier<MessageEndpoint> endpoints) {
    this.endpoints = endpoints;
  }

  @Override
  public String name() {
    return "Sluice publish()";
  }

  @Override
  public void run(long messages, Clock clock) throws Exception {
    byte[] payload = Payload.kibibyte();
    MessageEndpoint endpoint = endpoints.get();
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
