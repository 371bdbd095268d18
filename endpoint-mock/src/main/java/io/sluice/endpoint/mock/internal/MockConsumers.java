/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.mock.internal;

import io.sluice.endpoint.ConsumeRequest;
import io.sluice.endpoint.EndpointException;
import io.sluice.endpoint.support.delivery.ConsumerRegistry;
import io.sluice.endpoint.support.delivery.DeliverySubscription;
import io.sluice.endpoint.support.lifecycle.EndpointMeter;
import io.sluice.endpoint.support.lifecycle.Refusals;
import io.sluice.endpoint.support.publishing.DiscardedMessages;
import java.time.Duration;
import java.util.Optional;

/**
 * The consumers of one endpoint, each of the queue of its client id: one that lingers holds
 * messages that others could have.
 */
final class MockConsumers {

  private final String endpoint;
  private final MockSettings settings;
  private final Broker broker;
  private final MockConnection connection;
  private final DiscardedMessages discarded;
  private final EndpointMeter meter;

  private final ConsumerRegistry<MockSubscription> registry = new ConsumerRegistry<>();

  MockConsumers(
      String endpoint,
      MockSettings settings,
      Broker broker,
      MockConnection connection,
      DiscardedMessages discarded,
      EndpointMeter meter) {
    this.endpoint = endpoint;
    this.settings = settings;
    this.broker = broker;
    this.connection = connection;
    this.discarded = discarded;
    this.meter = meter;
  }

  /**
   * A new consumer.
   *
   * @throws EndpointException if the request cannot be served, or the endpoint is being stopped
   */
  MockSubscription open(ConsumeRequest request, DeliverySubscription subscription) {
    Optional<MockPosition> position = request.resumeAfter().map(MockPosition::after);
    String clientId = request.clientId().orElse(endpoint);
    return registry.open(
        clientId,
        peers ->
            new MockSubscription(
                request.qos(),
                settings.consumer(),
                broker.queue(clientId),
                position,
                broker,
                connection,
                discarded,
                meter,
                subscription));
  }

  /** Ends all subscriptions; what consumers got may still be settled. */
  void stop(Duration drain, boolean successor) {
    registry.stop(drain, successor, Refusals.stopped(endpoint));
  }

  /** Takes back what consumers have not settled. */
  void close() {
    registry.all().forEach(MockSubscription::close);
  }

  /** The connection broke: what is unsettled goes back. */
  void lost() {
    registry.all().forEach(MockSubscription::lost);
  }

  /** Ends all subscriptions with an error, those that come later included. */
  void fail(EndpointException error) {
    registry.fail(error);
  }

  long unsettled() {
    return registry.unsettled();
  }

  /** What an operator should look at; empty if there is nothing. */
  Optional<String> trouble() {
    return registry.all().stream()
        .map(MockSubscription::trouble)
        .flatMap(Optional::stream)
        .findFirst();
  }
}
