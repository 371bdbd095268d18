/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.kafka.internal;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;

/**
 * What there was when a consumer began: which partitions, and whether its group had consumed the
 * same before. A partition in which the group has no position is new if it came later; then all of
 * its messages are the group's, under any {@code autoOffsetReset}.
 *
 * <p>Each position that is committed carries a mark of the subscription, by which a successor knows
 * that the group began before it did. Owned by the thread of the poller.
 */
final class GroupHistory {

  private final Set<TopicPartition> present;
  private final Set<String> consumedTopics;
  private final boolean begun;
  private final Set<TopicPartition> held = new HashSet<>();
  private final Map<TopicPartition, Long> beginnings = new HashMap<>();

  private GroupHistory(Set<TopicPartition> present, Set<String> consumedTopics, boolean begun) {
    this.present = present;
    this.consumedTopics = consumedTopics;
    this.begun = begun;
  }

  /**
   * Looks at the topics and at the group's positions. Waits for the brokers.
   *
   * @param client that has not subscribed yet
   * @param mark of the consumer's subscription
   */
  static GroupHistory of(
      Consumer<byte[], byte[]> client,
      Waiting waiting,
      KafkaSettings.Consumer settings,
      String mark,
      Duration timeout) {
    Set<TopicPartition> present = present(client, waiting, settings, timeout);
    Map<TopicPartition, OffsetAndMetadata> committed =
        waiting.on(() -> client.committed(present, timeout));
    Set<String> topics =
        committed.entrySet().stream()
            .filter(entry -> entry.getValue() != null)
            .map(entry -> entry.getKey().topic())
            .collect(Collectors.toSet());
    boolean begun =
        committed.values().stream()
            .filter(Objects::nonNull)
            .anyMatch(position -> position.metadata().equals(mark));
    return new GroupHistory(present, topics, begun);
  }

  private static Set<TopicPartition> present(
      Consumer<byte[], byte[]> client,
      Waiting waiting,
      KafkaSettings.Consumer settings,
      Duration timeout) {
    Collection<List<PartitionInfo>> infos =
        settings
            .subscription()
            .topicPattern()
            .map(
                pattern ->
                    waiting.on(() -> client.listTopics(timeout)).entrySet().stream()
                        .filter(topic -> pattern.matcher(topic.getKey()).matches())
                        .map(Map.Entry::getValue)
                        .toList())
            .orElseGet(
                () ->
                    settings.subscription().topics().stream()
                        .map(topic -> waiting.on(() -> client.partitionsFor(topic, timeout)))
                        .toList());
    return infos.stream()
        .flatMap(List::stream)
        .map(info -> new TopicPartition(info.topic(), info.partition()))
        .collect(Collectors.toSet());
  }

  /** Whether a partition in which the group has no position came after the group had begun. */
  boolean isNew(TopicPartition partition) {
    return begun
        || !present.contains(partition)
        || consumedTopics.contains(partition.topic())
        || held.contains(partition); // its topic was deleted since, and made again
  }

  /** Where the consumer has begun in a partition in which the group has no position yet. */
  Optional<Long> beginning(TopicPartition partition) {
    return Optional.ofNullable(beginnings.get(partition));
  }

  /** The consumer begins in partitions; that is to be committed soon. */
  void begins(Map<TopicPartition, Long> offsets) {
    beginnings.putAll(offsets);
  }

  /** The group has positions in these partitions. */
  void held(Collection<TopicPartition> partitions) {
    held.addAll(partitions);
  }
}
