/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.itest.host;

import java.util.HashMap;
import java.util.Map;
import java.util.UUID;

/** A topic for one test, with one partition. The broker makes it when it is used first. */
public final class KafkaTopic {

  /** System property: where the broker is that runs beside the frameworks. */
  public static final String BOOTSTRAP_SERVERS = "sluice.itest.kafka";

  private final String name = "itest-" + UUID.randomUUID();

  /** The name of the topic. */
  public String name() {
    return name;
  }

  /** The address of the broker. */
  public static String bootstrapServers() {
    return System.getProperty(BOOTSTRAP_SERVERS);
  }

  /** The port of the broker. */
  public static int port() {
    String address = bootstrapServers();
    return Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
  }

  /** An endpoint that publishes to the topic and consumes it from the beginning. */
  public Map<String, Object> endpoint() {
    return endpoint(Map.of());
  }

  /** The same with other or more properties. */
  public Map<String, Object> endpoint(Map<String, ?> more) {
    Map<String, Object> properties = new HashMap<>();
    properties.put("bootstrapServers", bootstrapServers());
    properties.put("producer.enabled", true);
    properties.put("producer.topics", name);
    properties.put("consumer.enabled", true);
    properties.put("consumer.topics", name);
    properties.put("consumer.groupId", name);
    properties.put("consumer.autoOffsetReset", "earliest");
    // A consumer that leaves waits for the answer to its last fetch.
    properties.put("properties.fetch.max.wait.ms", 50);
    properties.put("reconnect.initialDelay", 50);
    properties.put("reconnect.maxDelay", 500);
    properties.putAll(more);
    return properties;
  }
}
