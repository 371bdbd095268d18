/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.rabbitmq.internal;

import com.rabbitmq.client.Channel;
import java.io.IOException;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Makes sure that exchanges, queues and bindings are there, as {@code declare} says. Waits for the
 * broker, which closes the channel when something is missing or of another kind. Immutable.
 */
final class Topology {

  private static final String QUEUE_TYPE = "x-queue-type";

  private final RabbitmqSettings.Declare declare;

  Topology(RabbitmqSettings.Declare declare) {
    this.declare = declare;
  }

  /** Whether an exchange that is deleted is made again. */
  boolean creates(RabbitmqSettings.Exchange exchange) {
    return declare == RabbitmqSettings.Declare.CREATE && !exchange.isDefault();
  }

  /** The exchange that a publisher uses. The default exchange is always there. */
  void exchange(Channel channel, RabbitmqSettings.Exchange exchange) throws IOException {
    if (exchange.isDefault()) {
      return;
    }
    switch (declare) {
      case CREATE ->
          channel.exchangeDeclare(
              exchange.name(), exchange.type(), exchange.durable(), exchange.autoDelete(), null);
      case PASSIVE -> channel.exchangeDeclarePassive(exchange.name());
      case NONE -> {
        // the user says that it is there
      }
    }
  }

  /**
   * The queue of a consumer, bound to its exchange.
   *
   * @param name empty for a queue that the broker names, and that ends with the connection
   * @return its name
   */
  String queue(Channel channel, Optional<String> name, RabbitmqSettings.Consumer consumer)
      throws IOException {
    RabbitmqSettings.Route route = consumer.route().orElseThrow();
    exchange(channel, route.exchange());
    if (name.isEmpty()) {
      String given = channel.queueDeclare().getQueue();
      bind(channel, given, route);
      return given;
    }
    String queue = name.get();
    switch (declare) {
      case CREATE -> {
        RabbitmqSettings.Queue wanted = consumer.queue();
        channel.queueDeclare(
            queue, wanted.durable(), wanted.exclusive(), wanted.autoDelete(), arguments(wanted));
        bind(channel, queue, route);
      }
      case PASSIVE -> channel.queueDeclarePassive(queue);
      case NONE -> {
        // the user says that it is there
      }
    }
    return queue;
  }

  /** The default exchange leads to every queue by its name, and takes no other binding. */
  private static void bind(Channel channel, String queue, RabbitmqSettings.Route route)
      throws IOException {
    if (!route.exchange().isDefault()) {
      channel.queueBind(queue, route.exchange().name(), route.routingKey());
    }
  }

  /** A classic queue is what brokers make that know no types. */
  private static Map<String, Object> arguments(RabbitmqSettings.Queue queue) {
    Map<String, Object> arguments = new HashMap<>(queue.arguments());
    if (queue.type() != RabbitmqSettings.QueueType.CLASSIC) {
      arguments.put(QUEUE_TYPE, queue.type().name().toLowerCase(Locale.ROOT));
    }
    return arguments;
  }
}
