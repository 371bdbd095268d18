/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.kafka.internal;

import io.sluice.endpoint.ConsumeRequest;
import io.sluice.endpoint.Endpoint;
import io.sluice.endpoint.EndpointException;
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
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
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
final class KafkaEndpoint extends BaseMessageEndpoint {

  private static final Logger LOG = LoggerFactory.getLogger(KafkaEndpoint.class);
  private static final Duration CONSUMERS_TIMEOUT = Duration.ofMillis(1500);
  private static final Duration THREADS_TIMEOUT = Duration.ofSeconds(1);

  private final KafkaSettings settings;
  private final EndpointThreads threads;
  private final KafkaConnection connection;
  private final DiscardedMessages discarded;
  private final KafkaConsumers consumers;
  private final TopicWatch topicWatch;
  private final KafkaPublisher publisher;
  private final MessageSender single;

  private volatile TroubleWatch watch;

  /**
   * An endpoint that is not started.
   *
   * @param present where it is found while it may have resources
   */
  KafkaEndpoint(String name, KafkaSettings settings, SharedWorkers workers, Set<Endpoint> present) {
    super(name, settings.modes(), settings.producer().inFlight(), workers, present);
    this.settings = settings;
    threads =
        EndpointThreads.of(
            KafkaEndpointFactory.TYPE, name, ContextClassLoader.of(KafkaEndpoint.class));
    KafkaClients clients = new KafkaClients(name, settings);
    connection =
        new KafkaConnection(
            settings,
            clients,
            threads,
            workers,
            lifecycle(),
            meter(),
            AddressResolver.SYSTEM,
            this::failed);
    publisher =
        new KafkaPublisher(
            name,
            settings,
            clients,
            threads,
            workers,
            meter(),
            lifecycle()::refusal,
            connection::hindrance,
            connection::fail);
    discarded =
        new DiscardedMessages(
            name,
            settings.consumer().discards().strategy(),
            settings.consumer().discards().deadLetterTopic().map(this::deadLetters).orElse(null),
            Set.of(KafkaAttributes.KEY),
            settings.reconnect(),
            workers,
            lifecycle());
    consumers =
        new KafkaConsumers(
            name,
            settings,
            clients,
            threads,
            lifecycle(),
            meter(),
            connection,
            connection,
            discarded);
    topicWatch = new TopicWatch(consumers, lifecycle(), connection);
    single = single(enabled(publisher.sender(settings.producer().topics(), Qos.AUTO)));
    meter().unsettledFrom(consumers::unsettled);
    meter().lagFrom(consumers::lag);
    lifecycle().detailsFrom(consumers::details);
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
    return enabled(
        publisher.sender(settings.producer().topicsWith(request.overrides()), request.qos()));
  }

  private MessageSender deadLetters(String topic) {
    return publisher.sender(List.of(topic), Qos.AUTO);
  }

  /** Dead letters are sent without a producer in the configuration, and nothing else. */
  private MessageSender enabled(MessageSender sender) {
    if (modes().contains(Mode.PUBLISH)) {
      return sender;
    }
    return message -> {
      meter().failed();
      return CompletableFuture.completedStage(
          Receipt.rejected(message, Refusals.disabled(name(), Mode.PUBLISH)));
    };
  }

  /** Consumers have no client yet: it would be a member of the group. */
  @Override
  protected CompletionStage<Void> prepareClients() {
    CompletionStage<Void> connected = connection.prepare();
    return sends() ? connected.thenCombine(publisher.prepare(), (a, b) -> null) : connected;
  }

  @Override
  protected CompletionStage<Void> open() {
    if (sends()) {
      publisher.open();
    }
    connection.open();
    watch =
        TroubleWatch.start(
            lifecycle(), workers(), settings.consumer().unsettled().age(), this::trouble);
    if (settings.consumer().enabled()) {
      topicWatch.open(workers());
    }
    return CompletableFuture.completedFuture(null);
  }

  /**
   * The connection stays up while it drains: what is on its way still arrives. What does not end in
   * time is left behind.
   */
  @Override
  protected CompletionStage<Void> drainAndRelease(Duration drain, boolean successor) {
    if (watch != null) {
      watch.close();
    }
    topicWatch.close();
    discarded.close();
    CompletionStage<Boolean> consumed =
        BoundedWait.of(consumers.stop(drain, successor), drain.plus(CONSUMERS_TIMEOUT), workers());
    CompletionStage<Void> published =
        Drain.await(publisher::isDrained, drain, workers()).thenCompose(done -> publisher.close());
    return consumed
        .thenCombine(published, (a, b) -> b)
        .thenCompose(done -> connection.close())
        .thenRunAsync(this::release, workers());
  }

  private void release() {
    if (!threads.joinAll(THREADS_TIMEOUT)) {
      LOG.warn("Endpoint '{}': {} threads have not ended yet", name(), threads.count());
    }
  }

  private boolean sends() {
    return settings.producer().enabled()
        || settings.consumer().discards().deadLetterTopic().isPresent();
  }

  /** What an operator should look at while the connection works. */
  private Optional<String> trouble() {
    String troubles =
        Stream.of(topicWatch.troubles(), consumers.troubles(), publisher.trouble().stream())
            .flatMap(Function.identity())
            .collect(Collectors.joining("; "));
    return troubles.isEmpty() ? Optional.empty() : Optional.of(troubles);
  }

  /** Nothing works on beside the state FAILED; what is under way is told at once. */
  private void failed(EndpointException error) {
    consumers.fail(error);
    publisher.fail(error);
  }
}
