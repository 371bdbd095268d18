/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.kafka.internal;

import io.sluice.endpoint.ConsumeRequest;
import io.sluice.endpoint.EndpointException;
import io.sluice.endpoint.ErrorCode;
import io.sluice.endpoint.support.concurrent.EndpointThreads;
import io.sluice.endpoint.support.delivery.DeliverySubscription;
import io.sluice.endpoint.support.lifecycle.EndpointLifecycle;
import io.sluice.endpoint.support.lifecycle.EndpointMeter;
import io.sluice.endpoint.support.lifecycle.Refusals;
import io.sluice.endpoint.support.publishing.DiscardedMessages;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
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
 * The consumers of one endpoint, each a member of its group. One that has cancelled and waits for
 * settlements holds partitions that others could have: it goes at once when its group gets another
 * consumer here, which takes its place and begins when it has left.
 *
 * <p>Which consumers there are is guarded by this object.
 */
final class KafkaConsumers {

  private static final Logger LOG = LoggerFactory.getLogger(KafkaConsumers.class);
  private static final int SHOWN_GAPS = 10;

  /**
   * What a consumer is among those of the endpoint: consumers of one group that consume the same
   * are numbered, and have the same numbers in each generation.
   */
  private record Place(String group, String subscription, int number) {

    boolean isAmong(String otherGroup, String otherSubscription) {
      return group.equals(otherGroup) && subscription.equals(otherSubscription);
    }
  }

  private final String endpoint;
  private final KafkaSettings settings;
  private final KafkaClients clients;
  private final ThreadFactory threads;
  private final EndpointLifecycle lifecycle;
  private final EndpointMeter meter;
  private final GroupMembership.Groups groups;
  private final TopicWatch.Topics topics;
  private final DiscardedMessages discarded;

  /** Consumers that have not ended. */
  private final Map<KafkaSubscription, Place> present = new LinkedHashMap<>();

  /** The newest gaps, in words. */
  private final Deque<String> gaps = new ArrayDeque<>();

  /** Why there can be no more consumers; null while there can. */
  private EndpointException refusal;

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
    String group = consumer.groupId().or(request::clientId).orElse(endpoint);
    KafkaSubscription opened;
    List<KafkaSubscription> leaving;
    synchronized (this) {
      if (refusal != null) {
        throw refusal;
      }
      Set<KafkaSubscription> lingering = lingering(); // once: others join them meanwhile
      leaving = lingering.stream().filter(each -> each.group().id().equals(group)).toList();
      Place place = freePlace(group, consumer.subscription(), lingering);
      opened =
          consumer(
              member(place, consumer), request, consumer, new ResumePosition(resume), subscription);
      present.put(opened, place);
    }
    opened.ended().thenRun(() -> forget(opened));
    leaving.forEach(KafkaSubscription::release);
    allEnded(leaving).thenRun(opened::open);
    return opened;
  }

  /**
   * Takes in nothing more, completes the subscriptions and gives what is unsettled some time.
   *
   * @param successor whether others are expected to take the places in the groups
   * @return completes when all consumers have ended
   */
  CompletableFuture<Void> stop(Duration drain, boolean successor) {
    List<KafkaSubscription> all;
    synchronized (this) {
      refusal = Refusals.stopped(endpoint);
      all = List.copyOf(present.keySet());
    }
    all.forEach(each -> each.stop(drain, successor));
    return allEnded(all);
  }

  /** Ends all subscriptions with an error. */
  void fail(EndpointException error) {
    List<KafkaSubscription> all;
    synchronized (this) {
      refusal = error;
      all = List.copyOf(present.keySet());
    }
    all.forEach(each -> each.fail(error));
  }

  long unsettled() {
    return all().stream().mapToLong(KafkaSubscription::unsettled).sum();
  }

  /** How many messages wait; negative if that is not known of any consumer. */
  long lag() {
    return all().stream()
        .mapToLong(KafkaSubscription::lag)
        .filter(lag -> lag >= 0)
        .reduce(Long::sum)
        .orElse(-1);
  }

  /** What an operator should look at. */
  Stream<String> troubles() {
    return all().stream().flatMap(KafkaSubscription::troubles);
  }

  /** The topics that consumers name or have partitions of. */
  Set<String> topics() {
    return all().stream()
        .flatMap(each -> Stream.concat(each.namedTopics().stream(), each.assignedTopics().stream()))
        .collect(Collectors.toSet());
  }

  /** The topics that consumers name. */
  Set<String> namedTopics() {
    return all().stream()
        .filter(each -> !each.isLingering())
        .flatMap(each -> each.namedTopics().stream())
        .collect(Collectors.toSet());
  }

  /** The patterns that match no topic, in words. */
  List<String> patternsWithoutTopic() {
    return all().stream()
        .filter(KafkaSubscription::matchesNothing)
        .map(each -> each.settings().subscription())
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
    all().forEach(each -> each.topicsSeen(ids, asked));
  }

  /** The facts of the status. */
  Map<String, Object> details() {
    Map<String, Object> details = new LinkedHashMap<>();
    details.put("consumers", all().stream().map(KafkaSubscription::details).toList());
    synchronized (this) {
      details.put("gaps", List.copyOf(gaps));
    }
    return details;
  }

  private void skipped(Gap gap) {
    LOG.warn("Endpoint '{}': {}", endpoint, gap);
    synchronized (this) {
      if (gaps.size() == SHOWN_GAPS) {
        gaps.removeFirst();
      }
      gaps.addLast(gap.toString());
    }
    lifecycle.error(new EndpointException(ErrorCode.RESUME_POSITION_UNKNOWN, gap.toString()));
  }

  private synchronized List<KafkaSubscription> all() {
    return new ArrayList<>(present.keySet());
  }

  private synchronized void forget(KafkaSubscription consumer) {
    present.remove(consumer);
  }

  private static CompletableFuture<Void> allEnded(List<KafkaSubscription> consumers) {
    return CompletableFuture.allOf(
        consumers.stream().map(KafkaSubscription::ended).toArray(CompletableFuture<?>[]::new));
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

  private GroupMember member(Place place, KafkaSettings.Consumer consumer) {
    return consumer
        .groupInstanceId()
        .map(
            instance ->
                GroupMember.configured(
                    place.group(),
                    consumer.groupProtocol(),
                    instance + distinction(consumer),
                    place.number()))
        .orElseGet(
            () ->
                GroupMember.of(
                    place.group(),
                    consumer.groupProtocol(),
                    endpoint,
                    place.subscription(),
                    place.number()));
  }

  /** A member with another subscription is another one, and needs another name. */
  private String distinction(KafkaSettings.Consumer consumer) {
    return consumer.subscription().equals(settings.consumer().subscription())
        ? ""
        : "-" + consumer.subscriptionTag();
  }

  /** The first place that is free, or will be when the consumer that has cancelled has left. */
  private Place freePlace(String group, String subscription, Set<KafkaSubscription> lingering) {
    Set<Integer> taken =
        present.entrySet().stream()
            .filter(each -> each.getValue().isAmong(group, subscription))
            .filter(each -> !lingering.contains(each.getKey()))
            .map(each -> each.getValue().number())
            .collect(Collectors.toSet());
    int number =
        IntStream.iterate(0, i -> i + 1).filter(i -> !taken.contains(i)).findFirst().orElse(0);
    return new Place(group, subscription, number);
  }

  private Set<KafkaSubscription> lingering() {
    return present.keySet().stream()
        .filter(KafkaSubscription::isLingering)
        .collect(Collectors.toSet());
  }

  private static void checkTopics(
      Map<TopicPartition, Long> resume, KafkaSettings.Consumer consumer) {
    for (TopicPartition partition : resume.keySet()) {
      boolean consumed =
          consumer
              .topicPattern()
              .map(pattern -> pattern.matcher(partition.topic()).matches())
              .orElseGet(() -> consumer.topics().contains(partition.topic()));
      if (!consumed) {
        throw KafkaPosition.unknown(
            "topic '" + partition.topic() + "' of the message id is not consumed here");
      }
    }
  }
}
