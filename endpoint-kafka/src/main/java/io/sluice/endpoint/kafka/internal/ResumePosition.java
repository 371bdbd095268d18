/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.kafka.internal;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.FencedInstanceIdException;

/**
 * Where a consumer is to resume. It becomes the position of the group before the consumer joins: so
 * it is lost with no client and no assignment, and can rewind nothing later. A broker takes it only
 * while the group has no member (a commit outside a generation), so that no member rewinds another.
 *
 * <p>Used by the thread that owns the client.
 */
final class ResumePosition {

  private final Map<TopicPartition, Long> offsets;

  /** The offsets of the first messages that are wanted. */
  ResumePosition(Map<TopicPartition, Long> offsets) {
    this.offsets = Map.copyOf(offsets);
  }

  boolean isEmpty() {
    return offsets.isEmpty();
  }

  /**
   * Moves the group. Waits for the brokers.
   *
   * @param client that has not subscribed yet
   * @param mark of the consumer's subscription
   * @return false if the group has members, whose positions hold
   * @throws io.sluice.endpoint.EndpointException if a broker does not hold one of the positions
   */
  boolean moveGroup(
      Consumer<byte[], byte[]> client, Waiting waiting, String mark, Duration timeout) {
    checkPartitions(client, waiting, timeout);
    checkOffsets(client, waiting, timeout);
    Map<TopicPartition, OffsetAndMetadata> positions = new HashMap<>();
    offsets.forEach(
        (partition, offset) -> positions.put(partition, new OffsetAndMetadata(offset, mark)));
    return waiting.on(
        () -> {
          try {
            client.commitSync(positions, timeout);
            return true;
          } catch (CommitFailedException | FencedInstanceIdException e) {
            return false;
          }
        });
  }

  private void checkPartitions(Consumer<byte[], byte[]> client, Waiting waiting, Duration timeout) {
    Map<String, Integer> counts = new HashMap<>();
    for (TopicPartition partition : offsets.keySet()) {
      int count =
          counts.computeIfAbsent(
              partition.topic(),
              topic -> waiting.on(() -> client.partitionsFor(topic, timeout)).size());
      if (partition.partition() >= count) {
        throw KafkaPosition.unknown(
            count == 0
                ? "there is no topic '" + partition.topic() + "', which the message id names"
                : "topic '%s' has %d partitions, and no number %d, which the message id names"
                    .formatted(partition.topic(), count, partition.partition()));
      }
    }
  }

  private void checkOffsets(Consumer<byte[], byte[]> client, Waiting waiting, Duration timeout) {
    Map<TopicPartition, Long> first =
        waiting.on(() -> client.beginningOffsets(offsets.keySet(), timeout));
    Map<TopicPartition, Long> end = waiting.on(() -> client.endOffsets(offsets.keySet(), timeout));
    offsets.forEach(
        (partition, offset) -> {
          if (offset < first.get(partition) || offset > end.get(partition)) {
            throw KafkaPosition.unknown(
                "partition %s holds the offsets %d to %d, and not what follows %d"
                    .formatted(
                        partition, first.get(partition), end.get(partition) - 1, offset - 1));
          }
        });
  }
}
