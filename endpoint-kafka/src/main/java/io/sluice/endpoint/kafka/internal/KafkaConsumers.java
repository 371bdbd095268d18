/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.kafka.internal;

import io.sluice.endpoint.ConsumeRequest;
import io.sluice.endpoint.EndpointException;
import io.sluice.endpoint.ErrorCode;
import io.sluice.endpoint.support.concurrent.EndpointThreads;
import io.sluice.endpoint.support.delivery.ConsumerRegistry;
import io.sluice.endpoint.support.delivery.DeliverySubscription;
import io.sluice.endpoint.support.lifecycle.EndpointLifecycle;
import io.sluice.endpoint.support.lifecycle.EndpointMeter;
import io.sluice.endpoint.support.lifecycle.Refusals;
import io.sluice.endpoint.support.publishing.DiscardedMessages;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadFactory;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The consumers of one endpoint, each a member of its group: one that lingers holds partitions that
 * others could have.
 */
final class KafkaConsumers {

  private static final Logger LOG = LoggerFactory.getLogger(KafkaConsumers.class);
  private static final int SHOWN_GAPS = 10;

  private final String endpoint;
  private final KafkaSettings settings;
  private final KafkaClients clients;
  private final ThreadFactory threads;
  private final EndpointLifecycle lifecycle;
  private final EndpointMeter meter;
  private final GroupMembership.Groups groups;
  private final TopicWatch.Topics topics;
  private final DiscardedMessages discarded;

  private final ConsumerRegistry<KafkaSubscription> registry = new ConsumerRegistry<>();

  /** The newest gaps, in words; guarded by itself. */
  private final Deque<String> gaps = new ArrayDeque<>();

  KafkaConsumers(
      String endpoint,
      KafkaSettings settings,
      KafkaClients clients,
      EndpointThreads threads,
      EndpointLifecycle lifecycle,
      EndpointMeter meter,
      GroupMembership.Groups groups,
      TopicWatch.Topics topics,
      DiscardedMessages discarded) {
    this.endpoint = endpoint;
    this.settings = settings;
    this.clients = clients;
    this.threads = threads.forPurpose("consumer");
    this.lifecycle = lifecycle;
    this.meter = meter;
    this.groups = groups;
    this.topics = topics;
    this.discarded = discarded;
  }

  /**
   * A new consumer, which joins its group in the background.
   *
   * @throws EndpointException if the request cannot be served, or the endpoint is being stopped
   */
  KafkaSubscription open(ConsumeRequest request, DeliverySubscription subscription) {
    KafkaSettings.Consumer consumer = settings.consumer().with(request.overrides());
    Map<TopicPartition, Long> resume =
        request.resumeAfter().map(KafkaPosition::after).orElse(Map.of());
    checkTopics(resume, consumer);
    String group = consumer.group().id().or(request::clientId).orElse(endpoint);
    return registry.open(
        group,
        peers ->
            consumer(
                member(group, freeNumber(peers, consumer.subscription().text()), consumer),
                request,
                consumer,
                new ResumePosition(resume),
                subscription));
  }

  /**
   * Takes in nothing more, completes the subscriptions and gives what is unsettled some time.
   *
   * @param successor whether others are expected to take the places in the groups
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

  /** How many messages wait; negative if that is not known of any consumer. */
  long lag() {
    return registry.lag();
  }

  /** What an operator should look at. */
  Stream<String> troubles() {
    return registry.all().stream().flatMap(KafkaSubscription::troubles);
  }

  /** The topics that consumers name or have partitions of. */
  Set<String> topics() {
    return registry.all().stream()
        .flatMap(each -> Stream.concat(each.namedTopics().stream(), each.assignedTopics().stream()))
        .collect(Collectors.toSet());
  }

  /** The topics that consumers name. */
  Set<String> namedTopics() {
    return registry.all().stream()
        .filter(each -> !each.isLingering())
        .flatMap(each -> each.namedTopics().stream())
        .collect(Collectors.toSet());
  }

  /** The patterns that match no topic, in words. */
  List<String> patternsWithoutTopic() {
    return registry.all().stream()
        .filter(KafkaSubscription::matchesNothing)
        .map(each -> each.settings().subscription().text())
        .distinct()
        .map("no topic matches consumer.topicPattern '%s' yet"::formatted)
        .toList();
  }

  /**
   * The topics that exist, under these ids.
   *
   * @param asked when, in {@link System#nanoTime}
   */
  void topicsSeen(Map<String, Uuid> ids, long asked) {
    registry.all().forEach(each -> each.topicsSeen(ids, asked));
  }

  /** The facts of the status. */
  Map<String, Object> details() {
    Map<String, Object> details = new LinkedHashMap<>();
    details.put("consumers", registry.all().stream().map(KafkaSubscription::details).toList());
    synchronized (gaps) {
      details.put("gaps", List.copyOf(gaps));
    }
    return details;
  }

  private void skipped(Gap gap) {
    LOG.warn("Endpoint '{}': {}", endpoint, gap);
    synchronized (gaps) {
      if (gaps.size() == SHOWN_GAPS) {
        gaps.removeFirst();
      }
      gaps.addLast(gap.toString());
    }
    lifecycle.error(new EndpointException(ErrorCode.RESUME_POSITION_UNKNOWN, gap.toString()));
  }

  private KafkaSubscription consumer(
      GroupMember group,
      ConsumeRequest request,
      KafkaSettings.Consumer consumer,
      ResumePosition resume,
      DeliverySubscription subscription) {
    return new KafkaSubscription(
        endpoint,
        group,
        request.qos(),
        consumer,
        subscription,
        meter,
        this::skipped,
        discarded,
        self ->
            new ConsumerPoller(
                endpoint,
                clients,
                group,
                resume,
                settings.reconnect()::backoff,
                groups,
                topics,
                threads,
                self));
  }

  private GroupMember member(String group, int number, KafkaSettings.Consumer consumer) {
    return consumer
        .group()
        .instanceId()
        .map(
            instance ->
                GroupMember.configured(
                    group, consumer.group().protocol(), instance + distinction(consumer), number))
        .orElseGet(
            () ->
                GroupMember.of(
                    group,
                    consumer.group().protocol(),
                    endpoint,
                    consumer.subscription().text(),
                    number));
  }

  /** A member with another subscription is another one, and needs another name. */
  private String distinction(KafkaSettings.Consumer consumer) {
    return consumer.subscription().equals(settings.consumer().subscription())
        ? ""
        : "-" + consumer.subscription().tag();
  }

  /**
   * The first number that is free among consumers of one group that consume the same, so that they
   * have the same numbers in each generation.
   */
  private static int freeNumber(List<KafkaSubscription> peers, String subscription) {
    Set<Integer> taken =
        peers.stream()
            .filter(each -> each.settings().subscription().text().equals(subscription))
            .map(each -> each.group().number())
            .collect(Collectors.toSet());
    return IntStream.iterate(0, i -> i + 1).filter(i -> !taken.contains(i)).findFirst().orElse(0);
  }

  private static void checkTopics(
      Map<TopicPartition, Long> resume, KafkaSettings.Consumer consumer) {
    for (TopicPartition partition : resume.keySet()) {
      boolean consumed =
          consumer
              .subscription()
              .topicPattern()
              .map(pattern -> pattern.matcher(partition.topic()).matches())
              .orElseGet(() -> consumer.subscription().topics().contains(partition.topic()));
      if (!consumed) {
        throw KafkaPosition.unknown(
            "topic '" + partition.topic() + "' of the message id is not consumed here");
      }
    }
  }
}
