/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.kafka.internal;

import io.sluice.endpoint.ConsumeRequest;
import io.sluice.endpoint.Delivery;
import io.sluice.endpoint.EndpointException;
import io.sluice.endpoint.EndpointStatus;
import io.sluice.endpoint.Message;
import io.sluice.endpoint.MessageEndpoint;
import io.sluice.endpoint.Mode;
import io.sluice.endpoint.PublishRequest;
import io.sluice.endpoint.Qos;
import io.sluice.endpoint.Receipt;
import io.sluice.endpoint.StatusListener;
import io.sluice.endpoint.support.concurrent.BoundedWait;
import io.sluice.endpoint.support.concurrent.ContextClassLoader;
import io.sluice.endpoint.support.concurrent.EndpointThreads;
import io.sluice.endpoint.support.concurrent.SharedWorkers;
import io.sluice.endpoint.support.delivery.DeliverySubscription;
import io.sluice.endpoint.support.delivery.FailedPublisher;
import io.sluice.endpoint.support.lifecycle.Drain;
import io.sluice.endpoint.support.lifecycle.EndpointLifecycle;
import io.sluice.endpoint.support.lifecycle.EndpointMeter;
import io.sluice.endpoint.support.lifecycle.Refusals;
import io.sluice.endpoint.support.lifecycle.TroubleWatch;
import io.sluice.endpoint.support.net.AddressResolver;
import io.sluice.endpoint.support.publishing.InFlightWindow;
import io.sluice.endpoint.support.publishing.MessageSender;
import io.sluice.endpoint.support.publishing.PublishingProcessor;
import io.sluice.endpoint.support.publishing.WindowedSender;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One configured endpoint: joins the parts and takes them up and down in order. Deliveries come on
 * the threads that all endpoints of the bundle share; what has to wait for a broker has threads of
 * this endpoint.
 */
final class KafkaEndpoint implements MessageEndpoint {

  private static final Logger LOG = LoggerFactory.getLogger(KafkaEndpoint.class);
  private static final Duration CONSUMERS_TIMEOUT = Duration.ofMillis(1500);
  private static final Duration THREADS_TIMEOUT = Duration.ofSeconds(1);

  private final String name;
  private final KafkaSettings settings;
  private final Set<Mode> modes;
  private final SharedWorkers workers;
  private final Set<KafkaEndpoint> started;
  private final EndpointThreads threads;
  private final EndpointMeter meter = new EndpointMeter();
  private final EndpointLifecycle lifecycle;
  private final KafkaConnection connection;
  private final KafkaConsumers consumers;
  private final TopicWatch topicWatch;
  private final KafkaPublisher publisher;
  private final MessageSender single;

  private volatile TroubleWatch watch;

  /**
   * An endpoint that is not started.
   *
   * @param started where it is found while it may have resources
   */
  KafkaEndpoint(
      String name, KafkaSettings settings, SharedWorkers workers, Set<KafkaEndpoint> started) {
    this.name = name;
    this.settings = settings;
    this.modes = settings.modes(); // asked for with every message
    this.workers = workers;
    this.started = started;
    threads =
        EndpointThreads.of(
            KafkaEndpointFactory.TYPE, name, ContextClassLoader.of(KafkaEndpoint.class));
    lifecycle = new EndpointLifecycle(name, workers, meter);
    KafkaClients clients = new KafkaClients(name, settings);
    connection =
        new KafkaConnection(
            settings,
            clients,
            threads,
            workers,
            lifecycle,
            meter,
            AddressResolver.SYSTEM,
            this::failed);
    consumers =
        new KafkaConsumers(
            name, settings, clients, threads, lifecycle, meter, connection, connection);
    topicWatch = new TopicWatch(consumers, lifecycle, connection);
    publisher =
        new KafkaPublisher(
            name,
            settings,
            clients,
            threads,
            workers,
            meter,
            () -> refusal(Mode.PUBLISH),
            connection::hindrance,
            connection::fail);
    single = single();
    meter.unsettledFrom(consumers::unsettled);
    meter.lagFrom(consumers::lag);
    lifecycle.detailsFrom(consumers::details);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Set<Mode> modes() {
    return modes;
  }

  @Override
  public CompletionStage<Void> prepare() {
    return lifecycle.prepare(this::makeClients);
  }

  @Override
  public CompletionStage<Void> start() {
    return lifecycle.start(this::open);
  }

  @Override
  public CompletionStage<Void> stop(Duration drain) {
    return lifecycle.stop(drain, time -> drainAndRelease(time, false));
  }

  @Override
  public CompletionStage<Void> handOver(Duration drain) {
    return lifecycle.stop(drain, time -> drainAndRelease(time, true));
  }

  @Override
  public void close() {
    lifecycle.close(time -> drainAndRelease(time, false));
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
    Objects.requireNonNull(request, "request");
    return subscriber -> subscribe(request, subscriber);
  }

  @Override
  public CompletionStage<Receipt> publish(Message message) {
    return single.send(Objects.requireNonNull(message, "message"));
  }

  @Override
  public Flow.Processor<Message, Receipt> publisher(PublishRequest request) {
    Qos qos = request.qos();
    try {
      return processor(publisher.sender(settings.producer().topicsWith(request.overrides()), qos));
    } catch (EndpointException e) {
      PublishingProcessor refusing =
          processor(message -> CompletableFuture.completedStage(Receipt.rejected(message, e)));
      refusing.fail(e);
      return refusing;
    }
  }

  @Override
  public String toString() {
    return "KafkaEndpoint[" + name + "]";
  }

  /** Consumers have no client yet: it would be a member of the group. */
  private CompletionStage<Void> makeClients() {
    started.add(this);
    CompletionStage<Void> connected = connection.prepare();
    return settings.producer().enabled()
        ? connected.thenCombine(publisher.prepare(), (a, b) -> null)
        : connected;
  }

  private CompletionStage<Void> open() {
    started.add(this);
    if (settings.producer().enabled()) {
      publisher.open();
    }
    connection.open();
    watch =
        TroubleWatch.start(
            lifecycle, workers, settings.consumer().maxUnsettledAge(), this::trouble);
    if (settings.consumer().enabled()) {
      topicWatch.open(workers);
    }
    return CompletableFuture.completedFuture(null);
  }

  /**
   * The connection stays up while it drains: what is on its way still arrives. What does not end in
   * time is left behind.
   */
  private CompletionStage<Void> drainAndRelease(Duration drain, boolean successor) {
    if (watch != null) {
      watch.close();
    }
    topicWatch.close();
    CompletionStage<Boolean> consumed =
        BoundedWait.of(consumers.stop(drain, successor), drain.plus(CONSUMERS_TIMEOUT), workers);
    CompletionStage<Void> published =
        Drain.await(publisher::isDrained, drain, workers).thenCompose(done -> publisher.close());
    return consumed
        .thenCombine(published, (a, b) -> b)
        .thenCompose(done -> connection.close())
        .thenRunAsync(this::release, workers);
  }

  private void release() {
    if (!threads.joinAll(THREADS_TIMEOUT)) {
      LOG.warn("Endpoint '{}': {} threads have not ended yet", name, threads.count());
    }
    started.remove(this);
  }

  /** What an operator should look at while the connection works. */
  private Optional<String> trouble() {
    String troubles =
        Stream.of(topicWatch.troubles(), consumers.troubles(), publisher.trouble().stream())
            .flatMap(Function.identity())
            .collect(Collectors.joining("; "));
    return troubles.isEmpty() ? Optional.empty() : Optional.of(troubles);
  }

  private void failed(EndpointException error) {
    consumers.fail(error);
  }

  private void subscribe(ConsumeRequest request, Flow.Subscriber<? super Delivery> subscriber) {
    Objects.requireNonNull(subscriber, "subscriber"); // rule 1.9
    EndpointException refused = refusal(Mode.CONSUME);
    if (refused != null) {
      FailedPublisher.<Delivery>of(refused).subscribe(subscriber);
      return;
    }
    DeliverySubscription.open(
        name, subscriber, workers, subscription -> consumers.open(request, subscription));
  }

  /** Receipts of single messages complete on a worker: who waits for one may do anything then. */
  private MessageSender single() {
    MessageSender sender = publisher.sender(settings.producer().topics(), Qos.AUTO);
    return new WindowedSender(
        new InFlightWindow(
            settings.producer().maxInFlight(), settings.producer().maxInFlightBytes()),
        message -> sender.send(message).thenApplyAsync(Function.identity(), workers));
  }

  private PublishingProcessor processor(MessageSender sender) {
    return new PublishingProcessor(
        name,
        sender,
        settings.producer().maxInFlight(),
        settings.producer().maxInFlightBytes(),
        workers);
  }

  /** Why a mode cannot be used now; null if it can. */
  private EndpointException refusal(Mode mode) {
    EndpointException refused = lifecycle.refusal();
    return refused != null || modes.contains(mode) ? refused : Refusals.disabled(name, mode);
  }
}
