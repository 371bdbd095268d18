/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.rabbitmq.internal;

import io.sluice.endpoint.ConsumeRequest;
import io.sluice.endpoint.Endpoint;
import io.sluice.endpoint.EndpointException;
import io.sluice.endpoint.EndpointType;
import io.sluice.endpoint.Message;
import io.sluice.endpoint.Mode;
import io.sluice.endpoint.PublishRequest;
import io.sluice.endpoint.Qos;
import io.sluice.endpoint.Receipt;
import io.sluice.endpoint.support.concurrent.BoundedWait;
import io.sluice.endpoint.support.concurrent.ContextClassLoader;
import io.sluice.endpoint.support.concurrent.EndpointThreads;
import io.sluice.endpoint.support.concurrent.SharedWorkers;
import io.sluice.endpoint.support.delivery.DeliverySource;
import io.sluice.endpoint.support.delivery.DeliverySubscription;
import io.sluice.endpoint.support.endpoint.BaseMessageEndpoint;
import io.sluice.endpoint.support.lifecycle.Drain;
import io.sluice.endpoint.support.lifecycle.Refusals;
import io.sluice.endpoint.support.lifecycle.TroubleWatch;
import io.sluice.endpoint.support.net.AddressResolver;
import io.sluice.endpoint.support.publishing.DiscardedMessages;
import io.sluice.endpoint.support.publishing.MessageSender;
import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One configured endpoint: joins the parts and takes them up and down in order. It has a connection
 * to consume and one to publish, as a broker that blocks publishers stops reading from them; each
 * is there only if its role is in use.
 */
final class RabbitmqEndpoint extends BaseMessageEndpoint {

  private static final Logger LOG = LoggerFactory.getLogger(RabbitmqEndpoint.class);
  private static final Duration CONSUMERS_TIMEOUT = Duration.ofMillis(800);
  private static final Duration THREADS_TIMEOUT = Duration.ofMillis(500);

  /** What a dead letter keeps: what describes the content, not where it goes and for how long. */
  private static final Set<String> KEPT =
      Set.of(
          RabbitmqAttributes.APP_ID,
          RabbitmqAttributes.CONTENT_ENCODING,
          RabbitmqAttributes.CONTENT_TYPE,
          RabbitmqAttributes.CORRELATION_ID,
          RabbitmqAttributes.MESSAGE_ID,
          RabbitmqAttributes.REPLY_TO,
          RabbitmqAttributes.TIMESTAMP,
          RabbitmqAttributes.TYPE);

  private final RabbitmqSettings settings;
  private final EndpointThreads threads;
  private final RabbitmqConnection consuming;
  private final RabbitmqConnection publishing;
  private final RabbitmqPublisher publisher;
  private final RabbitmqPublisher deadLetters;
  private final DiscardedMessages discarded;
  private final RabbitmqConsumers consumers;
  private final MessageSender single;

  private volatile TroubleWatch watch;

  /**
   * An endpoint that is not started.
   *
   * @param loops event loops of the bundle
   * @param present where it is found while it may have resources
   */
  RabbitmqEndpoint(
      String name,
      RabbitmqSettings settings,
      EventLoops loops,
      SharedWorkers workers,
      Set<Endpoint> present) {
    super(name, settings.modes(), settings.producer().inFlight(), workers, present);
    this.settings = settings;
    threads =
        EndpointThreads.of(
            RabbitmqEndpointFactory.TYPE, name, ContextClassLoader.of(RabbitmqEndpoint.class));
    RabbitmqClients clients = new RabbitmqClients(name, settings, threads, lifecycle()::warn);
    consuming = connection("consumer", clients, loops, new Consuming());
    publishing = connection("producer", clients, loops, new Publishing());
    publisher = publisher(settings.producer().route().map(RabbitmqSettings.Route::exchange));
    deadLetters = publisher(Optional.empty());
    discarded =
        new DiscardedMessages(
            name,
            settings.consumer().discards().strategy(),
            settings.consumer().discards().deadLetter().map(this::deadLetters).orElse(null),
            KEPT,
            settings.reconnect(),
            workers,
            lifecycle());
    consumers = new RabbitmqConsumers(name, settings, consuming, discarded, meter());
    single = single(configured(Qos.AUTO));
    meter().unsettledFrom(consumers::unsettled);
    lifecycle().detailsFrom(consumers::details);
  }

  private RabbitmqConnection connection(
      String purpose,
      RabbitmqClients clients,
      EventLoops loops,
      RabbitmqConnection.Listener listener) {
    return new RabbitmqConnection(
        purpose,
        settings,
        clients,
        loops::next,
        threads,
        workers(),
        lifecycle(),
        meter(),
        AddressResolver.SYSTEM,
        listener);
  }

  private RabbitmqPublisher publisher(Optional<RabbitmqSettings.Exchange> exchange) {
    return new RabbitmqPublisher(
        name(),
        settings.producer(),
        publishing,
        new Topology(settings.declare()),
        exchange,
        workers(),
        meter(),
        lifecycle()::refusal);
  }

  @Override
  public Set<String> capabilities(EndpointType type) {
    return settings.consumer().queue().type() == RabbitmqSettings.QueueType.STREAM
        ? Set.of(EndpointType.RESUME)
        : Set.of(EndpointType.DURABLE, EndpointType.COMPETING_CONSUMERS);
  }

  @Override
  public CompletionStage<Receipt> publish(Message message) {
    return single.send(Objects.requireNonNull(message, "message"));
  }

  @Override
  protected DeliverySource source(ConsumeRequest request, DeliverySubscription subscription) {
    return consumers.open(request, subscription);
  }

  @Override
  protected MessageSender sender(PublishRequest request) {
    String routingKey = settings.producer().routingKeyWith(request.overrides());
    return sender(routingKey, request.qos());
  }

  private MessageSender configured(Qos qos) {
    return sender(
        settings.producer().route().map(RabbitmqSettings.Route::routingKey).orElse(""), qos);
  }

  private MessageSender sender(String routingKey, Qos qos) {
    return settings
        .producer()
        .route()
        .filter(route -> settings.producer().enabled())
        .map(route -> publisher.sender(route.exchange().name(), routingKey, qos))
        .orElse(this::refuse);
  }

  private CompletionStage<Receipt> refuse(Message message) {
    meter().failed();
    return CompletableFuture.completedStage(
        Receipt.rejected(message, Refusals.disabled(name(), Mode.PUBLISH)));
  }

  private MessageSender deadLetters(RabbitmqSettings.DeadLetterRoute route) {
    return deadLetters.sender(route.exchange(), route.routingKey(), Qos.AUTO);
  }

  @Override
  protected CompletionStage<Void> prepareClients() {
    CompletionStage<Void> nothing = CompletableFuture.completedFuture(null);
    return (consumes() ? consuming.prepare() : nothing)
        .thenCombine(sends() ? publishing.prepare() : nothing, (a, b) -> null);
  }

  @Override
  protected CompletionStage<Void> open() {
    if (sends()) {
      publisher.open();
      deadLetters.open();
      publishing.open();
    }
    if (consumes()) {
      consuming.open();
    }
    watch =
        TroubleWatch.start(
            lifecycle(), workers(), settings.consumer().unsettled().age(), this::trouble);
    return CompletableFuture.completedFuture(null);
  }

  /**
   * The connections stay up while it drains: what is on its way still arrives. What does not end in
   * time is left behind.
   */
  @Override
  protected CompletionStage<Void> drainAndRelease(Duration drain, boolean successor) {
    if (watch != null) {
      watch.close();
    }
    discarded.close();
    CompletionStage<Boolean> consumed =
        BoundedWait.of(consumers.stop(drain, successor), drain.plus(CONSUMERS_TIMEOUT), workers());
    CompletionStage<Void> published =
        Drain.await(this::isPublished, drain, workers())
            .thenCompose(done -> publisher.close().thenCombine(deadLetters.close(), (a, b) -> a));
    return consumed
        .thenCombine(published, (a, b) -> b)
        .thenCompose(done -> consuming.close().thenCombine(publishing.close(), (a, b) -> a))
        .thenRunAsync(this::release, workers());
  }

  private boolean isPublished() {
    return publisher.isDrained() && deadLetters.isDrained();
  }

  private void release() {
    if (!threads.joinAll(THREADS_TIMEOUT)) {
      LOG.warn("Endpoint '{}': {} threads have not ended yet", name(), threads.count());
    }
  }

  private boolean consumes() {
    return settings.consumer().enabled();
  }

  private boolean sends() {
    return settings.producer().enabled() || settings.consumer().discards().deadLetter().isPresent();
  }

  /** What an operator should look at while the connections work. */
  private Optional<String> trouble() {
    String troubles =
        Stream.concat(
                consumers.troubles(),
                Stream.of(publisher, deadLetters)
                    .map(RabbitmqPublisher::trouble)
                    .flatMap(Optional::stream))
            .collect(Collectors.joining("; "));
    return troubles.isEmpty() ? Optional.empty() : Optional.of(troubles);
  }

  /** Nothing works on beside the state FAILED; what is under way is told at once. */
  private void fail(EndpointException error) {
    consuming.fail(error);
    publishing.fail(error);
    discarded.close();
    consumers.fail(error);
    publisher.close(error);
    deadLetters.close(error);
  }

  private final class Consuming implements RabbitmqConnection.Listener {

    @Override
    public void connected() {
      consumers.connected();
    }

    @Override
    public void failed(EndpointException error) {
      fail(error);
    }
  }

  private final class Publishing implements RabbitmqConnection.Listener {

    @Override
    public void opened(ClientConnection connection) throws IOException {
      connection.onFlow(this::flowChanged);
      connection.socket().onWritable(this::signal);
      publisher.opened(connection);
      if (settings.consumer().discards().deadLetter().isPresent()) {
        deadLetters.opened(connection);
      }
    }

    private void flowChanged(String obstacle) {
      lifecycle().trouble("blocked", obstacle);
      signal();
    }

    private void signal() {
      publisher.flowChanged();
      deadLetters.flowChanged();
    }

    @Override
    public void lost() {
      lifecycle().trouble("blocked", "");
    }

    @Override
    public void failed(EndpointException error) {
      fail(error);
    }
  }
}
