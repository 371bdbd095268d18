/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.kafka.internal;

import io.sluice.endpoint.Qos;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;

/**
 * Finds out where newly assigned partitions start. Used by the thread that owns the client.
 *
 * <p>A group that knows no position yet begins where {@code autoOffsetReset} says. That place is
 * looked up now and committed soon after, not when the first message is settled: else whatever
 * arrives while no consumer is there would be skipped.
 */
final class Starts {

  /**
   * Where one partition starts.
   *
   * @param committed what the group knows as its position; {@link #UNKNOWN} if that is nothing, or
   *     to be replaced
   */
  record Start(TopicPartition partition, long offset, long committed) {}

  private static final long UNKNOWN = -1;

  private final Consumer<byte[], byte[]> client;
  private final Duration timeout;

  Starts(Consumer<byte[], byte[]> client, Duration timeout) {
    this.client = client;
    this.timeout = timeout;
  }

  /**
   * Moves the client to where it is to resume.
   *
   * @param resume offsets; those of the partitions are taken out
   * @throws io.sluice.endpoint.EndpointException if the broker does not hold one of them
   */
  void seek(Collection<TopicPartition> partitions, Map<TopicPartition, Long> resume) {
    Map<TopicPartition, Long> offsets = new HashMap<>(resume);
    offsets.keySet().retainAll(partitions);
    if (offsets.isEmpty()) {
      return;
    }
    Map<TopicPartition, Long> first =
        wait(() -> client.beginningOffsets(offsets.keySet(), timeout));
    Map<TopicPartition, Long> end = wait(() -> client.endOffsets(offsets.keySet(), timeout));
    offsets.forEach(
        (partition, offset) -> {
          if (offset < first.get(partition) || offset > end.get(partition)) {
            throw KafkaPosition.unknown(
                "partition %s holds the offsets %d to %d, and not what follows %d"
                    .formatted(
                        partition, first.get(partition), end.get(partition) - 1, offset - 1));
          }
          client.seek(partition, offset);
        });
    resume.keySet().removeAll(offsets.keySet());
  }

  /** Where the partitions start; under {@code NONE} nobody needs to know. */
  List<Start> of(Collection<TopicPartition> partitions, Qos qos) {
    List<Start> starts = new ArrayList<>(partitions.size());
    if (qos == Qos.NONE) {
      partitions.forEach(partition -> starts.add(new Start(partition, 0, 0)));
      return starts;
    }
    Map<TopicPartition, OffsetAndMetadata> known =
        wait(() -> client.committed(Set.copyOf(partitions), timeout));
    for (TopicPartition partition : partitions) {
      OffsetAndMetadata committed = known.get(partition);
      long offset = wait(() -> client.position(partition, timeout));
      starts.add(new Start(partition, offset, committed == null ? UNKNOWN : committed.offset()));
    }
    return starts;
  }

  /** Something may wake up the client while it waits; then it is to wait on. */
  private static <T> T wait(Supplier<T> call) {
    while (true) {
      try {
        return call.get();
      } catch (WakeupException e) {
        continue;
      }
    }
  }
}
