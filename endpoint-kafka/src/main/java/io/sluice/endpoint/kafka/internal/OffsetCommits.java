/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.kafka.internal;

import io.sluice.endpoint.EndpointException;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the group how far a consumer has come: in the background, one commit at a time, whenever
 * half a second has passed or a whole window was settled since the last (but at most fifty times a
 * second), and at once where something depends on it. Owned by the thread that owns the client, on
 * which its callbacks come too; {@link #trouble} is for any thread.
 */
final class OffsetCommits {

  private static final Logger LOG = LoggerFactory.getLogger(OffsetCommits.class);
  private static final long INTERVAL_NANOS = Duration.ofMillis(500).toNanos();

  /** However much is settled: a commit costs client and broker as much as hundreds of messages. */
  private static final long MIN_INTERVAL_NANOS = Duration.ofMillis(20).toNanos();

  /** A wake-up may end a wait; then it is to wait on. */
  private static final int MAX_ATTEMPTS = 3;

  private final Consumer<byte[], byte[]> client;
  private final String endpoint;
  private final GroupMember group;
  private final String mark;
  private final long enough;
  private final GroupHistory history;
  private boolean underWay;
  private long last = System.nanoTime() - INTERVAL_NANOS;

  /** Why the last commit failed; null while commits succeed. */
  private volatile String trouble;

  /** The partitions that are not delivered from, as that commit failed. */
  private Set<TopicPartition> heldBack = Set.of();

  /**
   * Nothing committed yet.
   *
   * @param mark goes with each position
   * @param enough settled messages that are worth a commit before its time
   * @param history is told where the group has positions
   */
  OffsetCommits(
      Consumer<byte[], byte[]> client,
      String endpoint,
      GroupMember group,
      String mark,
      long enough,
      GroupHistory history) {
    this.client = client;
    this.endpoint = endpoint;
    this.group = group;
    this.mark = mark;
    this.enough = enough;
    this.history = history;
  }

  /** Why positions are not committed now; empty while they are. */
  Optional<String> trouble() {
    return Optional.ofNullable(trouble);
  }

  /** Commits what was settled, if it is time and no commit is under way; does not wait. */
  void progress(List<KafkaLane> partitions) {
    if (underWay) {
      return;
    }
    long settled = 0;
    boolean news = false;
    for (KafkaLane each : partitions) {
      long position = each.progress();
      settled += Math.max(0, position - each.committed());
      news |= position != each.committed();
    }
    long since = System.nanoTime() - last;
    if (news && (since >= INTERVAL_NANOS || settled >= enough && since >= MIN_INTERVAL_NANOS)) {
      commit(partitions);
    } else if (!news
        && partitions.stream().noneMatch(each -> heldBack.contains(each.partition()))) {
      trouble = null; // what could not be committed is the matter of another member now
    }
  }

  /**
   * Commits the positions that the group does not know, and waits.
   *
   * @return false if the group does not know them now
   */
  boolean now(Collection<KafkaLane> partitions, Duration timeout) {
    Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
    for (KafkaLane each : partitions) {
      long position = each.position();
      if (position != each.committed()) {
        offsets.put(each.partition(), marked(position, each.epochBefore(position)));
      }
    }
    return now(offsets, timeout);
  }

  /**
   * Commits where a poll has ended, and waits.
   *
   * @return false if the group does not know it now
   */
  boolean ends(Map<TopicPartition, OffsetAndMetadata> ends, Duration timeout) {
    Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
    ends.forEach(
        (partition, end) -> offsets.put(partition, marked(end.offset(), end.leaderEpoch())));
    boolean done = now(offsets, timeout);
    heldBack = done ? Set.of() : Set.copyOf(offsets.keySet());
    return done;
  }

  private boolean now(Map<TopicPartition, OffsetAndMetadata> offsets, Duration timeout) {
    if (offsets.isEmpty()) {
      return true;
    }
    for (int attempt = 1; ; attempt++) {
      try {
        client.commitSync(offsets, timeout);
        succeeded(offsets.keySet());
        return true;
      } catch (WakeupException e) {
        if (attempt == MAX_ATTEMPTS) {
          return false;
        }
      } catch (KafkaException e) {
        failed(e);
        return false;
      }
    }
  }

  private void commit(List<KafkaLane> partitions) {
    Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
    for (KafkaLane each : partitions) {
      long position = each.progress();
      if (position != each.committed()) {
        offsets.put(each.partition(), marked(position, each.epochBefore(position)));
      }
    }
    underWay = true;
    last = System.nanoTime();
    client.commitAsync(offsets, (done, failure) -> committed(partitions, offsets, failure));
  }

  private void committed(
      List<KafkaLane> partitions,
      Map<TopicPartition, OffsetAndMetadata> offsets,
      Exception failure) {
    underWay = false;
    if (failure != null) {
      failed(failure); // the next commit says the same and more
      return;
    }
    succeeded(offsets.keySet());
    for (KafkaLane each : partitions) {
      OffsetAndMetadata offset = offsets.get(each.partition());
      if (offset != null) {
        each.committed(offset.offset());
      }
    }
  }

  private OffsetAndMetadata marked(long offset, Optional<Integer> epoch) {
    return new OffsetAndMetadata(offset, epoch, mark);
  }

  private void succeeded(Set<TopicPartition> partitions) {
    history.held(partitions);
    heldBack = Set.of();
    if (trouble != null) {
      trouble = null;
      LOG.info("Endpoint '{}', group '{}': positions are committed again", endpoint, group.id());
    }
  }

  private void failed(Exception failure) {
    if (failure instanceof CommitFailedException
        || failure instanceof RebalanceInProgressException) {
      // The partitions are on their way to another member, and so is the matter.
      LOG.debug("Endpoint '{}', group '{}': not committed", endpoint, group.id(), failure);
      return;
    }
    EndpointException error = KafkaErrors.of(failure);
    String reason =
        "group '%s': positions are not committed, and messages may be repeated: %s"
            .formatted(group.id(), error.getMessage());
    if (trouble == null) {
      LOG.warn("Endpoint '{}', {}", endpoint, reason, error);
    }
    trouble = reason;
  }
}
