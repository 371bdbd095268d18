/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.mock.internal;

import io.sluice.endpoint.ConsumeRequest;
import io.sluice.endpoint.Delivery;
import io.sluice.endpoint.EndpointException;
import io.sluice.endpoint.EndpointStatus;
import io.sluice.endpoint.ErrorCode;
import io.sluice.endpoint.Message;
import io.sluice.endpoint.MessageEndpoint;
import io.sluice.endpoint.Mode;
import io.sluice.endpoint.ProxyEndpoint;
import io.sluice.endpoint.ProxyRequest;
import io.sluice.endpoint.ProxyResponse;
import io.sluice.endpoint.PublishRequest;
import io.sluice.endpoint.Qos;
import io.sluice.endpoint.Receipt;
import io.sluice.endpoint.StatusListener;
import io.sluice.endpoint.support.concurrent.SharedWorkers;
import io.sluice.endpoint.support.delivery.DeliverySubscription;
import io.sluice.endpoint.support.delivery.FailedPublisher;
import io.sluice.endpoint.support.lifecycle.Drain;
import io.sluice.endpoint.support.lifecycle.EndpointLifecycle;
import io.sluice.endpoint.support.lifecycle.EndpointMeter;
import io.sluice.endpoint.support.lifecycle.ReconnectLoop;
import io.sluice.endpoint.support.lifecycle.Refusals;
import io.sluice.endpoint.support.lifecycle.TroubleWatch;
import io.sluice.endpoint.support.publishing.InFlightWindow;
import io.sluice.endpoint.support.publishing.MessageSender;
import io.sluice.endpoint.support.publishing.PublishingProcessor;
import io.sluice.endpoint.support.publishing.WindowedSender;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;

/**
 * One configured endpoint: joins the parts, which work on the threads that all endpoints of the
 * bundle share, and takes them up and down in order.
 */
final class MockEndpoint implements MessageEndpoint, ProxyEndpoint, ReconnectLoop.Listener {

  static final Set<Mode> MODES = Set.of(Mode.values());

  private final String name;
  private final MockSettings settings;
  private final SharedWorkers workers;
  private final Set<MockEndpoint> started;
  private final EndpointLifecycle lifecycle;
  private final MockConnection connection;
  private final MockBroker broker;
  private final MockPublisher publisher;
  private final MockProxy proxy;
  private final MessageSender single;

  private volatile TroubleWatch watch;

  /**
   * An endpoint that is not started.
   *
   * @param started where it is found between start and stop
   */
  MockEndpoint(
      String name, MockSettings settings, SharedWorkers workers, Set<MockEndpoint> started) {
    this.name = name;
    this.settings = settings;
    this.workers = workers;
    this.started = started;
    EndpointMeter meter = new EndpointMeter();
    lifecycle = new EndpointLifecycle(name, workers, meter);
    connection = new MockConnection(settings, workers, lifecycle, meter, this);
    broker = new MockBroker(name, settings, workers, meter);
    publisher =
        new MockPublisher(name, settings, connection, broker, workers, meter, lifecycle::refusal);
    proxy = new MockProxy(settings, workers, meter, this::exchangeRefusal);
    single = new WindowedSender(window(settings.producer()), publisher.sender(Qos.AUTO));
    meter.unsettledFrom(broker::unsettled);
    meter.lagFrom(broker::lag);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Set<Mode> modes() {
    return MODES;
  }

  @Override
  public CompletionStage<Void> start() {
    return lifecycle.start(this::open);
  }

  @Override
  public CompletionStage<Void> stop(Duration drain) {
    return lifecycle.stop(drain, this::drainAndRelease);
  }

  @Override
  public void close() {
    lifecycle.close(this::drainAndRelease);
  }

  @Override
  public EndpointStatus status() {
    return lifecycle.status();
  }

  @Override
  public void addStatusListener(StatusListener listener) {
    lifecycle.addStatusListener(listener);
  }

  @Override
  public void removeStatusListener(StatusListener listener) {
    lifecycle.removeStatusListener(listener);
  }

  @Override
  public Flow.Publisher<Delivery> consume(ConsumeRequest request) {
    Optional<EndpointException> invalid = invalid("consumer", request.overrides());
    return invalid.isPresent()
        ? FailedPublisher.of(invalid.get())
        : subscriber -> subscribe(request, subscriber);
  }

  @Override
  public CompletionStage<Receipt> publish(Message message) {
    return single.send(Objects.requireNonNull(message, "message"));
  }

  @Override
  public Flow.Processor<Message, Receipt> publisher(PublishRequest request) {
    PublishingProcessor processor =
        new PublishingProcessor(
            name,
            publisher.sender(request.qos()),
            settings.producer().maxInFlight(),
            settings.producer().maxInFlightBytes(),
            workers);
    invalid("producer", request.overrides()).ifPresent(processor::fail);
    return processor;
  }

  @Override
  public CompletionStage<ProxyResponse> exchange(ProxyRequest request) {
    return proxy.exchange(Objects.requireNonNull(request, "request"));
  }

  @Override
  public void connected() {
    broker.connected();
    publisher.connected();
  }

  @Override
  public void lost() {
    broker.lost();
  }

  @Override
  public void failed(EndpointException error) {
    broker.fail(error);
    publisher.fail(error);
    proxy.fail(error);
  }

  @Override
  public String toString() {
    return "MockEndpoint[" + name + "]";
  }

  private CompletionStage<Void> open() {
    if (settings.faults().failStart()) {
      return CompletableFuture.failedFuture(MockConnection.failedStart());
    }
    started.add(this);
    publisher.open();
    connection.open();
    watch =
        TroubleWatch.start(
            lifecycle, workers, settings.consumer().maxUnsettledAge(), broker::trouble);
    return CompletableFuture.completedFuture(null);
  }

  /** The connection stays up while it drains: what is on its way still arrives. */
  private CompletionStage<Void> drainAndRelease(Duration drain) {
    broker.drain();
    return Drain.await(this::isDrained, drain, workers).thenRun(this::release);
  }

  private boolean isDrained() {
    return broker.isDrained() && publisher.isDrained() && proxy.isDrained();
  }

  private void release() {
    if (watch != null) {
      watch.close();
    }
    connection.close();
    broker.close();
    publisher.fail(Refusals.stopped(name));
    proxy.fail(Refusals.stopped(name));
    started.remove(this);
  }

  private void subscribe(ConsumeRequest request, Flow.Subscriber<? super Delivery> subscriber) {
    Objects.requireNonNull(subscriber, "subscriber"); // rule 1.9
    EndpointException refused = lifecycle.refusal();
    if (refused != null) {
      FailedPublisher.<Delivery>of(refused).subscribe(subscriber);
      return;
    }
    DeliverySubscription.open(
        name,
        subscriber,
        workers,
        subscription -> broker.consume(request, connection, subscription));
  }

  private EndpointException exchangeRefusal() {
    EndpointException refused = lifecycle.refusal();
    return refused != null || connection.isUp()
        ? refused
        : EndpointException.retryable(ErrorCode.UNAVAILABLE, "the endpoint is not connected");
  }

  /** A mock endpoint has nothing that a request could override. */
  private Optional<EndpointException> invalid(String role, Map<String, Object> overrides) {
    return overrides.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new EndpointException(
                ErrorCode.REQUEST_INVALID,
                "a mock endpoint takes no override of "
                    + role
                    + "."
                    + String.join(", " + role + ".", overrides.keySet())));
  }

  private static InFlightWindow window(MockSettings.Producer producer) {
    return new InFlightWindow(producer.maxInFlight(), producer.maxInFlightBytes());
  }
}
