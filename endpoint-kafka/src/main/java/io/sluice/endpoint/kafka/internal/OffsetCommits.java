/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.kafka.internal;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the group how far a consumer has come: in the background, one commit at a time, whenever
 * half a second has passed or a whole window was settled since the last (but at most fifty times a
 * second), and at once where something depends on it. Owned by the thread that owns the client, on
 * which its callbacks come too.
 */
final class OffsetCommits {

  private static final Logger LOG = LoggerFactory.getLogger(OffsetCommits.class);
  private static final long INTERVAL = Duration.ofMillis(500).toNanos();

  /** However much is settled: a commit costs client and broker as much as hundreds of messages. */
  private static final long LEAST_INTERVAL = Duration.ofMillis(20).toNanos();

  /** Something may wake up the client while it waits; then it is to wait on. */
  private static final int ATTEMPTS = 3;

  private final Consumer<byte[], byte[]> client;
  private final String endpoint;
  private final long enough;
  private boolean underWay;
  private long last = System.nanoTime() - INTERVAL;

  /**
   * Nothing committed yet.
   *
   * @param enough settled messages that are worth a commit before its time
   */
  OffsetCommits(Consumer<byte[], byte[]> client, String endpoint, long enough) {
    this.client = client;
    this.endpoint = endpoint;
    this.enough = enough;
  }

  /** Commits what was settled, if it is time and no commit is under way; does not wait. */
  void progress(List<AssignedPartition> partitions) {
    if (underWay) {
      return;
    }
    long settled = 0;
    boolean news = false;
    for (AssignedPartition each : partitions) {
      long position = each.position();
      settled += Math.max(0, position - each.committed());
      news |= position != each.committed();
    }
    long since = System.nanoTime() - last;
    if (news && (since >= INTERVAL || settled >= enough && since >= LEAST_INTERVAL)) {
      commit(partitions);
    }
  }

  /**
   * Commits positions and waits.
   *
   * @return false if the group does not know them now
   */
  boolean now(Map<TopicPartition, Long> positions, Duration timeout) {
    if (positions.isEmpty()) {
      return true;
    }
    Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
    positions.forEach((partition, offset) -> offsets.put(partition, new OffsetAndMetadata(offset)));
    for (int attempt = 1; ; attempt++) {
      try {
        client.commitSync(offsets, timeout);
        return true;
      } catch (WakeupException e) {
        if (attempt == ATTEMPTS) {
          return false;
        }
      } catch (KafkaException e) {
        LOG.info("Endpoint '{}': positions {} were not committed: {}", endpoint, positions, e);
        return false;
      }
    }
  }

  private void commit(List<AssignedPartition> partitions) {
    Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
    for (AssignedPartition each : partitions) {
      if (each.position() != each.committed()) {
        offsets.put(each.partition(), new OffsetAndMetadata(each.position()));
      }
    }
    underWay = true;
    last = System.nanoTime();
    client.commitAsync(offsets, (done, failure) -> committed(partitions, offsets, failure));
  }

  private void committed(
      List<AssignedPartition> partitions,
      Map<TopicPartition, OffsetAndMetadata> offsets,
      Exception failure) {
    underWay = false;
    if (failure != null) {
      // The next commit says the same and more; if the partitions are gone, so is the matter.
      LOG.debug("Endpoint '{}': positions were not committed", endpoint, failure);
      return;
    }
    for (AssignedPartition each : partitions) {
      OffsetAndMetadata offset = offsets.get(each.partition());
      if (offset != null) {
        each.committed(offset.offset());
      }
    }
  }
}
