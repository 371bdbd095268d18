/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.benchmarks.rabbitmq;

import io.sluice.benchmarks.endpoint.Endpoints;
import io.sluice.endpoint.MessageEndpoint;
import io.sluice.endpoint.rabbitmq.internal.RabbitmqEndpointFactory;
import java.util.HashMap;
import java.util.Map;

/** Makes endpoints of one factory, as a host does: it knows their API alone. */
public final class RabbitmqEndpoints implements AutoCloseable {

  private final RabbitmqEndpointFactory factory = new RabbitmqEndpointFactory();
  private final TestQueue queue;

  public RabbitmqEndpoints(TestQueue queue) {
    this.queue = queue;
  }

  /** A started endpoint that consumes from the queue. */
  public MessageEndpoint consumer() {
    return started("consumer", Map.of("consumer.queue.name", queue.name()));
  }

  /** A started endpoint that publishes to the queue. */
  public MessageEndpoint producer() {
    return started("producer", Map.of());
  }

  private MessageEndpoint started(String role, Map<String, Object> more) {
    Map<String, Object> properties = new HashMap<>(more);
    properties.put("serverHost", queue.host());
    properties.put("serverPort", queue.port());
    properties.put("security.auth.username", "guest");
    properties.put("security.auth.password", "guest");
    properties.put("declare", "none");
    properties.put(role + ".enabled", true);
    properties.put(role + ".exchange.name", "");
    properties.put(role + ".exchange.type", "direct");
    properties.put(role + ".routingKey", queue.name());
    return Endpoints.started(factory, properties);
  }

  @Override
  public void close() {
    factory.close();
  }
}
