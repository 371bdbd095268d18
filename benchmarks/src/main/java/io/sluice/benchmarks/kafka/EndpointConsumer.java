/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.benchmarks.kafka;

import io.sluice.benchmarks.comparison.Clock;
import io.sluice.benchmarks.comparison.Contestant;
import io.sluice.endpoint.ConsumeRequest;
import io.sluice.endpoint.MessageEndpoint;
import io.sluice.endpoint.Qos;
import java.util.UUID;

/** The endpoint with its defaults, and one subscriber that looks at each value and acks it. */
public final class EndpointConsumer implements Contestant {

  private final KafkaEndpoints endpoints;
  private final Topics topics;
  private final String topic;
  private final Qos qos;

  public EndpointConsumer(KafkaEndpoints endpoints, Topics topics, String topic, Qos qos) {
    this.endpoints = endpoints;
    this.topics = topics;
    this.topic = topic;
    this.qos = qos;
  }

  @Override
  public String name() {
    return "Sluice " + qos;
  }

  @Override
  public void run(long messages, Clock clock) throws Exception {
    MessageEndpoint endpoint = endpoints.consumer(topics, topic);
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
