/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.mock.internal;

import io.sluice.endpoint.Attributes;
import io.sluice.endpoint.ConsumeRequest;
import io.sluice.endpoint.Endpoint;
import io.sluice.endpoint.EndpointException;
import io.sluice.endpoint.ErrorCode;
import io.sluice.endpoint.Message;
import io.sluice.endpoint.Mode;
import io.sluice.endpoint.ProxyEndpoint;
import io.sluice.endpoint.ProxyRequest;
import io.sluice.endpoint.ProxyResponse;
import io.sluice.endpoint.PublishRequest;
import io.sluice.endpoint.Qos;
import io.sluice.endpoint.Receipt;
import io.sluice.endpoint.support.concurrent.SharedWorkers;
import io.sluice.endpoint.support.delivery.DeliverySource;
import io.sluice.endpoint.support.delivery.DeliverySubscription;
import io.sluice.endpoint.support.endpoint.BaseMessageEndpoint;
import io.sluice.endpoint.support.endpoint.RequestOverrides;
import io.sluice.endpoint.support.exchange.ExchangeRegistry;
import io.sluice.endpoint.support.lifecycle.Drain;
import io.sluice.endpoint.support.lifecycle.ReconnectLoop;
import io.sluice.endpoint.support.lifecycle.Refusals;
import io.sluice.endpoint.support.lifecycle.TroubleWatch;
import io.sluice.endpoint.support.publishing.DiscardedMessages;
import io.sluice.endpoint.support.publishing.MessageSender;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * One configured endpoint: joins the parts, which work on the threads that all endpoints of the
 * bundle share, and takes them up and down in order.
 */
final class MockEndpoint extends BaseMessageEndpoint
    implements ProxyEndpoint, ReconnectLoop.Listener {

  static final Set<Mode> MODES = Set.of(Mode.values());

  private final MockSettings settings;
  private final MockConnection connection;
  private final Broker broker;
  private final MockConsumers consumers;
  private final MockPublisher publisher;
  private final ExchangeRegistry exchanges;
  private final MessageSender single;

  private volatile TroubleWatch watch;

  /**
   * An endpoint that is not started.
   *
   * @param present where it is found while it may have resources
   */
  MockEndpoint(String name, MockSettings settings, SharedWorkers workers, Set<Endpoint> present) {
    super(name, MODES, settings.inFlight(), workers, present);
    this.settings = settings;
    connection = new MockConnection(settings, workers, lifecycle(), meter(), this);
    DiscardedMessages discarded =
        new DiscardedMessages(
            name,
            settings.consumer().failureStrategy(),
            message ->
                CompletableFuture.completedStage(Receipt.confirmed(message, Attributes.empty())),
            Set.of(),
            settings.reconnect(),
            workers,
            lifecycle());
    broker = new Broker(name, settings, workers, meter());
    consumers = new MockConsumers(name, settings, broker, connection, discarded, meter());
    lifecycle().detailsFrom(() -> Map.of("deadLetters", discarded.sent()));
    publisher =
        new MockPublisher(
            name, settings, connection, broker, workers, meter(), lifecycle()::refusal);
    exchanges =
        new ExchangeRegistry(
            (request, onEnd) ->
                new SimulatedExchange(request, settings, workers, receivers(), meter(), onEnd),
            meter(),
            this::exchangeRefusal);
    single = single(publisher.sender(Qos.AUTO));
    meter().unsettledFrom(consumers::unsettled);
    meter().lagFrom(broker::lag);
  }

  @Override
  public CompletionStage<Receipt> publish(Message message) {
    return single.send(Objects.requireNonNull(message, "message"));
  }

  @Override
  protected DeliverySource source(ConsumeRequest request, DeliverySubscription subscription) {
    RequestOverrides.allow("consumer", request.overrides());
    return consumers.open(request, subscription);
  }

  @Override
  protected MessageSender sender(PublishRequest request) {
    RequestOverrides.allow("producer", request.overrides());
    return publisher.sender(request.qos());
  }

  @Override
  public CompletionStage<ProxyResponse> exchange(ProxyRequest request) {
    return exchanges.exchange(Objects.requireNonNull(request, "request"));
  }

  @Override
  public void connected() {
    broker.connected();
    publisher.connected();
  }

  @Override
  public void lost() {
    consumers.lost();
  }

  @Override
  public void failed(EndpointException error) {
    consumers.fail(error);
    publisher.close(error);
    exchanges.fail(error);
  }

  @Override
  protected CompletionStage<Void> open() {
    if (settings.faults().failStart()) {
      return CompletableFuture.failedFuture(MockErrors.failedStart());
    }
    publisher.open();
    connection.open();
    watch =
        TroubleWatch.start(
            lifecycle(), workers(), settings.consumer().unsettled().age(), consumers::trouble);
    return CompletableFuture.completedFuture(null);
  }

  /**
   * The connection stays up while it drains: what is on its way still arrives. Without consumers
   * the broker confirms echoes at once, as it keeps them for the next, so that it takes no more
   * before they go.
   */
  @Override
  protected CompletionStage<Void> drainAndRelease(Duration drain, boolean successor) {
    broker.drain();
    consumers.stop(drain, successor);
    return Drain.await(this::isDrained, drain, workers()).thenCompose(done -> release());
  }

  private boolean isDrained() {
    return broker.isDrained() && publisher.isDrained() && exchanges.isDrained();
  }

  private CompletionStage<Void> release() {
    if (watch != null) {
      watch.close();
    }
    connection.close();
    consumers.close();
    exchanges.fail(Refusals.stopped(name()));
    return publisher.close(Refusals.stopped(name()));
  }

  private EndpointException exchangeRefusal() {
    EndpointException refused = lifecycle().refusal();
    return refused != null || connection.isUp()
        ? refused
        : EndpointException.retryable(ErrorCode.UNAVAILABLE, "the endpoint is not connected");
  }
}
