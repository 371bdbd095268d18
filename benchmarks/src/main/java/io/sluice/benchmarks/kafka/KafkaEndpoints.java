/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.benchmarks.kafka;

import io.sluice.benchmarks.endpoint.Endpoints;
import io.sluice.endpoint.MessageEndpoint;
import io.sluice.endpoint.kafka.internal.KafkaEndpointFactory;
import java.util.List;
import java.util.Map;

/** Makes endpoints of one factory, as a host does: it knows their API alone. */
public final class KafkaEndpoints implements AutoCloseable {

  private final KafkaEndpointFactory factory = new KafkaEndpointFactory();

  /** A started endpoint that consumes a topic from its beginning. */
  public MessageEndpoint consumer(Topics topics, String topic) {
    return Endpoints.started(
        factory,
        Map.of(
            "bootstrapServers",
            topics.servers(),
            "consumer.enabled",
            true,
            "consumer.topics",
            List.of(topic),
            "consumer.autoOffsetReset",
            "earliest"));
  }

  /** A started endpoint that publishes to a topic. */
  public MessageEndpoint producer(Topics topics, String topic) {
    return Endpoints.started(
        factory,
        Map.of(
            "bootstrapServers", topics.servers(),
            "producer.enabled", true,
            "producer.topics", List.of(topic)));
  }

  @Override
  public void close() {
    factory.close();
  }
}
