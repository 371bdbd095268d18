/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.kafka.internal;

import io.sluice.endpoint.ConsumeRequest;
import io.sluice.endpoint.EndpointException;
import io.sluice.endpoint.support.concurrent.EndpointThreads;
import io.sluice.endpoint.support.delivery.DeliverySubscription;
import io.sluice.endpoint.support.lifecycle.EndpointMeter;
import io.sluice.endpoint.support.lifecycle.Refusals;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadFactory;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.common.TopicPartition;

/**
 * The consumers of one endpoint, each a member of its group. One that has cancelled and waits for
 * settlements holds partitions that others could have: it goes at once when its group gets another
 * consumer here.
 *
 * <p>Which consumers there are is guarded by this object.
 */
final class KafkaConsumers {

  private final String endpoint;
  private final KafkaSettings settings;
  private final KafkaClients clients;
  private final ThreadFactory threads;
  private final EndpointMeter meter;
  private final KafkaMembership.Groups groups;

  /** Consumers that have not ended, with the number of each in its group. */
  private final Map<KafkaConsumer, Integer> present = new LinkedHashMap<>();

  /** Why there can be no more consumers; null while there can. */
  private EndpointException refusal;

  KafkaConsumers(
      String endpoint,
      KafkaSettings settings,
      KafkaClients clients,
      EndpointThreads threads,
      EndpointMeter meter,
      KafkaMembership.Groups groups) {
    this.endpoint = endpoint;
    this.settings = settings;
    this.clients = clients;
    this.threads = threads.forPurpose("consumer");
    this.meter = meter;
    this.groups = groups;
  }

  /**
   * A new consumer, which joins its group in the background.
   *
   * @throws EndpointException if the request cannot be served, or the endpoint is being stopped
   */
  KafkaConsumer open(ConsumeRequest request, DeliverySubscription subscription) {
    KafkaSettings.Consumer consumer = settings.consumer().with(request.overrides());
    Map<TopicPartition, Long> resume =
        request.resumeAfter().map(KafkaPosition::after).orElse(Map.of());
    checkTopics(resume, consumer);
    String group = consumer.groupId().or(request::clientId).orElse(endpoint);
    KafkaConsumer opened;
    synchronized (this) {
      if (refusal != null) {
        throw refusal;
      }
      present.keySet().stream()
          .filter(each -> each.group().id().equals(group) && each.isLingering())
          .forEach(KafkaConsumer::release);
      int number = freeNumber(group);
      opened = consumer(member(group, consumer, number), request, consumer, resume, subscription);
      present.put(opened, number);
    }
    opened.ended().thenRun(() -> forget(opened));
    opened.open();
    return opened;
  }

  /**
   * Takes in nothing more, completes the subscriptions and gives what is unsettled some time.
   *
   * @param successor whether others are expected to take the places in the groups
   * @return completes when all consumers have ended
   */
  CompletableFuture<Void> stop(Duration drain, boolean successor) {
    List<KafkaConsumer> all;
    synchronized (this) {
      refusal = Refusals.stopped(endpoint);
      all = List.copyOf(present.keySet());
    }
    all.forEach(each -> each.stop(drain, successor));
    return CompletableFuture.allOf(
        all.stream().map(KafkaConsumer::ended).toArray(CompletableFuture<?>[]::new));
  }

  /** Ends all subscriptions with an error. */
  void fail(EndpointException error) {
    List<KafkaConsumer> all;
    synchronized (this) {
      refusal = error;
      all = List.copyOf(present.keySet());
    }
    all.forEach(each -> each.fail(error));
  }

  long unsettled() {
    return all().stream().mapToLong(KafkaConsumer::unsettled).sum();
  }

  /** How many messages wait; negative if that is not known of any consumer. */
  long lag() {
    return all().stream()
        .mapToLong(KafkaConsumer::lag)
        .filter(lag -> lag >= 0)
        .reduce(Long::sum)
        .orElse(-1);
  }

  /** What somebody should look at. */
  Optional<String> trouble() {
    return all().stream().map(KafkaConsumer::trouble).flatMap(Optional::stream).findFirst();
  }

  private synchronized List<KafkaConsumer> all() {
    return new ArrayList<>(present.keySet());
  }

  private synchronized void forget(KafkaConsumer consumer) {
    present.remove(consumer);
  }

  private KafkaConsumer consumer(
      KafkaGroup group,
      ConsumeRequest request,
      KafkaSettings.Consumer consumer,
      Map<TopicPartition, Long> resume,
      DeliverySubscription subscription) {
    return new KafkaConsumer(
        endpoint,
        group,
        request.qos(),
        consumer,
        subscription,
        meter,
        self ->
            new KafkaPoller(
                endpoint,
                clients,
                group,
                resume,
                settings.reconnect().backoff(),
                groups,
                threads,
                self));
  }

  private KafkaGroup member(String group, KafkaSettings.Consumer consumer, int number) {
    return consumer
        .groupInstanceId()
        .map(instance -> KafkaGroup.configured(group, instance, number))
        .orElseGet(() -> KafkaGroup.of(group, endpoint, consumer.subscription(), number));
  }

  /** The numbers of an endpoint's consumers are the same in each generation. */
  private int freeNumber(String group) {
    Set<Integer> taken =
        present.entrySet().stream()
            .filter(each -> each.getKey().group().id().equals(group))
            .map(Map.Entry::getValue)
            .collect(Collectors.toSet());
    return IntStream.iterate(0, i -> i + 1).filter(i -> !taken.contains(i)).findFirst().orElse(0);
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
