/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.kafka.internal;

import io.sluice.endpoint.Qos;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;

/**
 * One client of a consumer, until it is closed. It goes on polling whatever the subscriber does, as
 * a member that does not poll loses its partitions: when enough records wait, or the consumer is
 * leaving, the partitions are paused.
 *
 * <p>Owned by the thread of the poller, on which the client calls its listener too, within its
 * poll. {@link #wakeUp} and {@link #isHolding} are for any thread.
 */
final class KafkaSession implements ConsumerRebalanceListener {

  private static final Duration POLL = Duration.ofMillis(500);
  private static final Duration POLL_WHEN_LEAVING = Duration.ofMillis(10);

  /** How long partitions that are to be given up wait for settlements: the whole group waits. */
  private static final Duration REVOCATION_PATIENCE = Duration.ofSeconds(1);

  private static final Duration CALL_TIMEOUT = Duration.ofSeconds(10);
  private static final Duration LAST_CALL_TIMEOUT = Duration.ofSeconds(1);

  private final Consumer<byte[], byte[]> client;
  private final KafkaMembership membership;
  private final OffsetCommits commits;
  private final KafkaConsumer consumer;
  private final Qos qos;
  private final BackPressure pressure;
  private final Map<TopicPartition, Long> resume;
  private final Departure departure;

  /**
   * A session that has not subscribed.
   *
   * @param resume offsets to start from, in place of the group's positions; each is taken out when
   *     its partition is assigned
   */
  KafkaSession(
      Consumer<byte[], byte[]> client,
      KafkaMembership membership,
      OffsetCommits commits,
      KafkaConsumer consumer,
      Map<TopicPartition, Long> resume,
      Departure departure) {
    this.client = client;
    this.membership = membership;
    this.commits = commits;
    this.consumer = consumer;
    this.qos = consumer.qos();
    this.pressure = new BackPressure(consumer.settings());
    this.resume = resume;
    this.departure = departure;
  }

  // Any thread

  /** Ends the poll that is under way, or else the next one. */
  void wakeUp() {
    client.wakeup();
  }

  /** Whether room for a batch is of interest: partitions are paused. */
  boolean isHolding() {
    return pressure.isHolding();
  }

  // The poller's thread

  void subscribe() {
    KafkaSettings.Consumer settings = consumer.settings();
    if (settings.topicPattern().isPresent()) {
      client.subscribe(settings.topicPattern().get(), this);
    } else {
      client.subscribe(settings.topics(), this);
    }
  }

  /** Polls once, and does what is due. */
  void turn() {
    membership.polls();
    pressure.regulate(client, consumer.assigned(), departure.isBegun());
    try {
      take(client.poll(departure.isBegun() ? POLL_WHEN_LEAVING : POLL));
    } catch (WakeupException e) {
      // to look around
    }
    if (!departure.isBegun()) {
      membership.completeAssignment();
    }
    if (qos == Qos.AUTO || qos == Qos.AT_LEAST_ONCE) {
      commits.progress(consumer.assigned());
    }
  }

  /** Whether it is too early to leave. */
  boolean isJoining() {
    return membership.isJoining();
  }

  /** How many messages wait at the broker and here. */
  long lag() {
    long sum = 0;
    for (AssignedPartition each : consumer.assigned()) {
      sum += client.currentLag(each.partition()).orElse(0) + each.waiting();
    }
    return sum;
  }

  /** Commits what was settled, before it is closed. */
  void commit() {
    commits.now(positions(consumer.assigned()), LAST_CALL_TIMEOUT);
  }

  /** Gives up its partitions and closes the client, within a bounded time. */
  void close() {
    consumer.unassign(consumer.assigned().stream().map(AssignedPartition::partition).toList());
    membership.end(departure.remains());
  }

  private void take(ConsumerRecords<byte[], byte[]> records) {
    if (records.isEmpty() || qos == Qos.AT_MOST_ONCE && !commitBefore(records)) {
      return;
    }
    for (AssignedPartition each : consumer.assigned()) {
      var batch = records.records(each.partition());
      if (!batch.isEmpty()) {
        long nextOffset = records.nextOffsets().get(each.partition()).offset();
        each.append(batch, nextOffset);
        if (qos == Qos.AT_MOST_ONCE) {
          each.committed(nextOffset);
        }
      }
    }
    consumer.ready();
  }

  /** Whether the records may be delivered: their positions are committed. */
  private boolean commitBefore(ConsumerRecords<byte[], byte[]> records) {
    Map<TopicPartition, Long> ends = new HashMap<>();
    records.nextOffsets().forEach((partition, offset) -> ends.put(partition, offset.offset()));
    if (commits.now(ends, CALL_TIMEOUT)) {
      return true;
    }
    for (TopicPartition partition : records.partitions()) {
      if (client.assignment().contains(partition)) {
        client.seek(partition, records.records(partition).get(0).offset());
      }
    }
    return false;
  }

  // The client's listener

  @Override
  public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
    membership.joined();
    if (partitions.isEmpty()) {
      return;
    }
    Starts starts = new Starts(client, CALL_TIMEOUT);
    starts.seek(partitions, resume);
    consumer.assign(starts.of(partitions, qos));
  }

  /** The partitions go to others: what is settled is committed, the rest will be theirs. */
  @Override
  public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
    List<AssignedPartition> leaving =
        consumer.assigned().stream().filter(each -> partitions.contains(each.partition())).toList();
    leaving.forEach(AssignedPartition::revoke);
    awaitSettlement(leaving);
    commits.now(positions(leaving), CALL_TIMEOUT);
    consumer.unassign(partitions);
  }

  /** The partitions have gone to others already. */
  @Override
  public void onPartitionsLost(Collection<TopicPartition> partitions) {
    consumer.unassign(partitions);
  }

  private void awaitSettlement(List<AssignedPartition> leaving) {
    long end = System.nanoTime() + REVOCATION_PATIENCE.toNanos();
    while (System.nanoTime() - end < 0
        && !departure.isOver()
        && !leaving.stream().allMatch(AssignedPartition::isSettled)) {
      LockSupport.parkNanos(this, 1_000_000);
    }
  }

  /** The positions that the group does not know yet. */
  private Map<TopicPartition, Long> positions(List<AssignedPartition> partitions) {
    Map<TopicPartition, Long> positions = new HashMap<>();
    if (qos != Qos.NONE) {
      for (AssignedPartition each : partitions) {
        if (each.position() != each.committed()) {
          positions.put(each.partition(), each.position());
        }
      }
    }
    return positions;
  }
}
