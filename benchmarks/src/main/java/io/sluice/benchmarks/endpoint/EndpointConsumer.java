/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.benchmarks.endpoint;

import io.sluice.benchmarks.comparison.Clock;
import io.sluice.benchmarks.comparison.Contestant;
import io.sluice.endpoint.ConsumeRequest;
import io.sluice.endpoint.MessageEndpoint;
import io.sluice.endpoint.Qos;
import java.util.UUID;
import java.util.function.Supplier;

/** The endpoint with its defaults, and one subscriber that looks at each value and acks it. */
public final class EndpointConsumer implements Contestant {

  private final Supplier<MessageEndpoint> endpoints;
  private final Qos qos;

  /**
   * Such a contestant.
   *
   * @param endpoints makes a started endpoint for each turn
   */
  public EndpointConsumer(Supplier<MessageEndpoint> endpoints, Qos qos) {
    this.endpoints = endpoints;
    this.qos = qos;
  }

  @Override
  public String name() {
    return "Sluice " + qos;
  }

  @Override
  public void run(long messages, Clock clock) throws Exception {
    MessageEndpoint endpoint = endpoints.get();
    try {
      ConsumeRequest request =
          ConsumeRequest.builder().qos(qos).clientId("benchmark-" + UUID.randomUUID()).build();
      Receiver receiver = new Receiver(messages, clock);
      endpoint.consume(request).subscribe(receiver);
      receiver.await();
    } finally {
      endpoint.close();
    }
  }
}
