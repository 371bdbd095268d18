/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.rabbitmq.internal;

import io.sluice.endpoint.ConsumeRequest;
import io.sluice.endpoint.EndpointException;
import io.sluice.endpoint.ErrorCode;
import io.sluice.endpoint.Qos;
import io.sluice.endpoint.support.delivery.ConsumerRegistry;
import io.sluice.endpoint.support.delivery.DeliverySubscription;
import io.sluice.endpoint.support.endpoint.RequestOverrides;
import io.sluice.endpoint.support.lifecycle.EndpointMeter;
import io.sluice.endpoint.support.lifecycle.Refusals;
import io.sluice.endpoint.support.publishing.DiscardedMessages;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/**
 * The consumers of one endpoint, each of a queue: one that lingers holds messages that others could
 * have.
 */
final class RabbitmqConsumers {

  private final String endpoint;
  private final RabbitmqSettings settings;
  private final Topology topology;
  private final RabbitmqConnection connection;
  private final DiscardedMessages discarded;
  private final EndpointMeter meter;

  private final ConsumerRegistry<RabbitmqSubscription> registry = new ConsumerRegistry<>();

  RabbitmqConsumers(
      String endpoint,
      RabbitmqSettings settings,
      RabbitmqConnection connection,
      DiscardedMessages discarded,
      EndpointMeter meter) {
    this.endpoint = endpoint;
    this.settings = settings;
    this.topology = new Topology(settings.declare());
    this.connection = connection;
    this.discarded = discarded;
    this.meter = meter;
  }

  /**
   * A new consumer, which gets its channel in the background.
   *
   * @throws EndpointException if the request cannot be served, or the endpoint is being stopped
   */
  RabbitmqSubscription open(ConsumeRequest request, DeliverySubscription subscription) {
    RabbitmqSettings.Consumer consumer = settings.consumer().with(request.overrides());
    Optional<String> queue = queue(request, consumer);
    long offset = offset(request, consumer, queue);
    String place = queue.orElseGet(() -> subscription.toString()); // a queue of its own
    return registry.open(
        place,
        peers ->
            new RabbitmqSubscription(
                request.qos(),
                consumer,
                queue,
                offset,
                topology,
                connection,
                discarded,
                meter,
                subscription,
                settings.reconnect().endlessBackoff()));
  }

  /** The connection is up. */
  void connected() {
    registry.all().forEach(RabbitmqSubscription::connected);
  }

  /**
   * Takes in nothing more, completes the subscriptions and gives what is unsettled some time.
   *
   * @return completes when all consumers have ended
   */
  CompletableFuture<Void> stop(Duration drain, boolean successor) {
    return registry.stop(drain, successor, Refusals.stopped(endpoint));
  }

  /** Ends all subscriptions with an error. */
  void fail(EndpointException error) {
    registry.fail(error);
  }

  long unsettled() {
    return registry.unsettled();
  }

  /** What an operator should look at. */
  Stream<String> troubles() {
    return registry.all().stream().flatMap(RabbitmqSubscription::troubles);
  }

  /** The facts of the status. */
  Map<String, Object> details() {
    return Map.of("consumers", registry.all().stream().map(RabbitmqSubscription::details).toList());
  }

  /** Empty where the broker names it. */
  private Optional<String> queue(ConsumeRequest request, RabbitmqSettings.Consumer consumer) {
    if (consumer.queue().name().isPresent()) {
      return consumer.queue().name();
    }
    return request.qos() == Qos.NONE && !isStream(consumer)
        ? Optional.empty()
        : Optional.of(
            QueueName.of(
                endpoint,
                request.clientId(),
                RequestOverrides.text(request.overrides(), "routingKey")));
  }

  private static long offset(
      ConsumeRequest request, RabbitmqSettings.Consumer consumer, Optional<String> queue) {
    if (request.resumeAfter().isEmpty()) {
      return StreamOffsets.NONE;
    }
    long offset = RabbitmqPosition.after(request.resumeAfter().get(), queue.orElse(""));
    if (!isStream(consumer)) {
      throw new EndpointException(
          ErrorCode.RESUME_UNSUPPORTED,
          "only a stream queue can be consumed from a position: set consumer.queue.type to stream");
    }
    return offset;
  }

  private static boolean isStream(RabbitmqSettings.Consumer consumer) {
    return consumer.queue().type() == RabbitmqSettings.QueueType.STREAM;
  }
}
