/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.kafka.internal;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * Finds out where newly assigned partitions start, and moves the client there. Used by the thread
 * that owns the client.
 *
 * <p>Where a group begins that has no position yet is committed soon after, not when the first
 * message is settled: else what arrives while no consumer is there would be skipped.
 */
final class StartPositions {

  /**
   * Where one partition starts.
   *
   * @param committed what the group knows as its position; {@link #UNKNOWN} if that is nothing, or
   *     to be replaced
   */
  record Start(TopicPartition partition, long offset, long committed) {}

  /** The group has no position. */
  static final long UNKNOWN = -1;

  private final Consumer<byte[], byte[]> client;
  private final Waiting waiting;
  private final OffsetReset reset;
  private final GroupHistory history;
  private final boolean commits;
  private final Duration timeout;

  /**
   * Positions for one client.
   *
   * @param commits whether the consumer commits its positions
   */
  StartPositions(
      Consumer<byte[], byte[]> client,
      Waiting waiting,
      OffsetReset reset,
      GroupHistory history,
      boolean commits,
      Duration timeout) {
    this.client = client;
    this.waiting = waiting;
    this.reset = reset;
    this.history = history;
    this.commits = commits;
    this.timeout = timeout;
  }

  /**
   * Where the partitions start: at the group's position; without one at the beginning of what is
   * new, and where {@code autoOffsetReset} says in what was there before.
   *
   * @throws io.sluice.endpoint.EndpointException if that is nowhere
   */
  List<Start> of(Collection<TopicPartition> partitions) {
    Map<TopicPartition, OffsetAndMetadata> committed =
        waiting.on(() -> client.committed(Set.copyOf(partitions), timeout));
    List<Start> starts = new ArrayList<>(partitions.size());
    Set<TopicPartition> unknown = new HashSet<>();
    for (TopicPartition partition : partitions) {
      OffsetAndMetadata position = committed.get(partition);
      if (position == null) {
        unknown.add(partition);
      } else {
        client.seek(partition, position); // with its epoch: a log that was cut is noticed
        starts.add(new Start(partition, position.offset(), position.offset()));
      }
    }
    history.held(starts.stream().map(Start::partition).toList());
    first(unknown)
        .forEach(
            (partition, offset) -> {
              client.seek(partition, offset);
              starts.add(new Start(partition, offset, UNKNOWN));
            });
    return starts;
  }

  private Map<TopicPartition, Long> first(Set<TopicPartition> unknown) {
    Set<TopicPartition> added = new HashSet<>(unknown);
    added.removeIf(partition -> !history.isNew(partition));
    Set<TopicPartition> older = new HashSet<>(unknown);
    older.removeAll(added);
    Map<TopicPartition, Long> offsets = new HashMap<>();
    // Where a client before this one began, and could not commit that.
    older.forEach(
        partition ->
            history.beginning(partition).ifPresent(offset -> offsets.put(partition, offset)));
    older.removeAll(offsets.keySet());
    if (!added.isEmpty()) {
      offsets.putAll(waiting.on(() -> client.beginningOffsets(added, timeout)));
    }
    if (!older.isEmpty()) {
      offsets.putAll(reset.offsets(client, waiting, older, timeout));
    }
    if (commits) {
      history.begins(offsets);
    }
    return offsets;
  }
}
