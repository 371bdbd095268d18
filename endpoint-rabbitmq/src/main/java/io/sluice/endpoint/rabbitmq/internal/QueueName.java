/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.rabbitmq.internal;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.UUID;

/**
 * The names of queues that the configuration does not name: endpoint and client id, so that two
 * endpoints never share one, such as {@code orders/billing}.
 */
final class QueueName {

  /** A short string of AMQP 0-9-1. */
  private static final int MAX_BYTES = 255;

  private static final int KEPT_CHARACTERS = 50;

  private QueueName() {}

  /**
   * The name of the queue of a client id.
   *
   * @param clientId empty for a request without one
   * @param routingKey that a request asks for; empty for the configured one. Another key needs
   *     another queue, as bindings stay
   */
  static String of(String endpoint, Optional<String> clientId, Optional<String> routingKey) {
    StringBuilder name = new StringBuilder(escaped(endpoint));
    clientId
        .filter(id -> !id.equals(endpoint))
        .ifPresent(id -> name.append('/').append(escaped(id)));
    routingKey.ifPresent(key -> name.append("//").append(escaped(key)));
    return bounded(name.toString());
  }

  private static String escaped(String part) {
    return part.replace("%", "%25").replace("/", "%2F");
  }

  private static String bounded(String name) {
    byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
    return bytes.length <= MAX_BYTES
        ? name
        : name.substring(0, KEPT_CHARACTERS) + "~" + UUID.nameUUIDFromBytes(bytes);
  }
}
