/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.kafka.internal;

import io.sluice.endpoint.Qos;
import io.sluice.endpoint.support.lifecycle.Backoff;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.WakeupException;

/**
 * One client of a consumer, until it is closed. It goes on polling also while the subscriber takes
 * nothing, as a member that does not poll loses its partitions: when enough records wait, or the
 * consumer is leaving, the partitions are paused.
 *
 * <p>Owned by the thread of the poller, on which the client calls its listener too, within its
 * poll. {@link #isHolding} and {@link #trouble} are for any thread.
 */
final class ConsumerSession implements ConsumerRebalanceListener {

  static final Duration CALL_TIMEOUT = Duration.ofSeconds(10);

  private static final Duration POLL_TIMEOUT = Duration.ofMillis(500);
  private static final Duration LEAVING_POLL_TIMEOUT = Duration.ofMillis(10);
  private static final Duration LAST_CALL_TIMEOUT = Duration.ofSeconds(1);

  /** How long partitions that are to be given up wait for settlements: the whole group waits. */
  private static final Duration REVOCATION_TIMEOUT = Duration.ofSeconds(1);

  private final Consumer<byte[], byte[]> client;
  private final GroupMembership membership;
  private final OffsetCommits commits;
  private final KafkaSubscription consumer;
  private final Qos qos;
  private final BackPressure pressure;
  private final StartPositions starts;
  private final LostPositions lost;
  private final CorruptRecords corrupt;
  private final LeavePlan leavePlan;
  private final Backoff commitBackoff;

  /** Why partitions that were assigned cannot be consumed. */
  private RuntimeException assignmentFailure;

  /** Until when nothing is fetched, as what was fetched could not be committed. */
  private long heldUntil = System.nanoTime();

  /**
   * A session that has not subscribed.
   *
   * @param topicIds tells which topics exist
   * @param starts where new partitions start
   * @param commitBackoff between attempts to commit before delivery
   */
  ConsumerSession(
      Consumer<byte[], byte[]> client,
      Waiting waiting,
      GroupMembership membership,
      OffsetCommits commits,
      KafkaSubscription consumer,
      TopicWatch.Topics topicIds,
      OffsetReset reset,
      StartPositions starts,
      LeavePlan leavePlan,
      Backoff commitBackoff) {
    this.client = client;
    this.membership = membership;
    this.commits = commits;
    this.consumer = consumer;
    this.qos = consumer.qos();
    this.pressure = new BackPressure(consumer.settings());
    this.starts = starts;
    this.lost = new LostPositions(client, waiting, consumer, topicIds, reset, CALL_TIMEOUT);
    this.corrupt = new CorruptRecords(client, waiting, consumer);
    this.leavePlan = leavePlan;
    this.commitBackoff = commitBackoff;
  }

  // Any thread

  /** Whether room for a batch is of interest: partitions are paused. */
  boolean isHolding() {
    return pressure.isHolding();
  }

  /** What an operator should look at. */
  Optional<String> trouble() {
    return commits.trouble();
  }

  // The poller's thread

  void subscribe() {
    KafkaSettings.Consumer settings = consumer.settings();
    if (settings.subscription().topicPattern().isPresent()) {
      client.subscribe(settings.subscription().topicPattern().get(), this);
    } else {
      client.subscribe(settings.subscription().topics(), this);
    }
  }

  /** Polls once, and does what is due. */
  void turn() {
    membership.polls();
    pressure.regulate(client, consumer.assigned(), leavePlan.isBegun() || isHeld());
    poll();
    if (!leavePlan.isBegun()) {
      membership.completeAssignment();
    }
    if (qos != Qos.NONE) {
      commits.progress(consumer.assigned());
    }
  }

  private void poll() {
    try {
      var records = client.poll(leavePlan.isBegun() ? LEAVING_POLL_TIMEOUT : POLL_TIMEOUT);
      checkAssignment();
      take(records);
    } catch (WakeupException e) {
      // to look around
    } catch (OffsetOutOfRangeException e) {
      lost.goOn(e);
    } catch (KafkaException e) {
      checkAssignment(); // the client complains of what is told better here
      if (!corrupt.skip(e)) {
        throw e;
      }
    }
  }

  private void checkAssignment() {
    if (assignmentFailure != null) {
      throw assignmentFailure;
    }
  }

  private boolean isHeld() {
    return System.nanoTime() - heldUntil < 0;
  }

  /** Whether it is too early to leave. */
  boolean isJoining() {
    return membership.isJoining();
  }

  /** Whether it is a member of its group, with or without partitions. */
  boolean isMember() {
    return membership.isMember();
  }

  /** The topics that it consumes; with a pattern those that match it now. */
  Set<String> topics() {
    return client.subscription();
  }

  /** Topics exist under these ids, as the answer to a question of that time. */
  void topicsSeen(Map<String, Uuid> ids, long asked) {
    lost.topicsSeen(ids, asked);
  }

  /** How many messages wait at the broker and here. */
  long lag() {
    long sum = 0;
    for (KafkaLane each : consumer.assigned()) {
      sum += client.currentLag(each.partition()).orElse(0) + each.waiting();
    }
    return sum;
  }

  /**
   * Delivers nothing more, and commits what was settled, or gives back what was committed and not
   * delivered; after a failure too, if the client still can.
   */
  void close() {
    List<KafkaLane> leaving = consumer.assigned();
    leaving.forEach(KafkaLane::revoke); // before their positions are read
    commitPositions(leaving, LAST_CALL_TIMEOUT);
  }

  /** There may be no records, but a later end: then there were only such as are not delivered. */
  private void take(ConsumerRecords<byte[], byte[]> records) {
    Map<TopicPartition, OffsetAndMetadata> ends = records.nextOffsets();
    if (qos == Qos.AT_MOST_ONCE && !records.isEmpty() && !commitBefore(records)) {
      return;
    }
    for (KafkaLane each : consumer.assigned()) {
      OffsetAndMetadata end = ends.get(each.partition());
      if (end != null) {
        each.append(records.records(each.partition()), end);
        corrupt.passed(each.partition());
        if (qos == Qos.AT_MOST_ONCE && !records.isEmpty()) {
          each.committed(end.offset());
        }
      }
    }
    consumer.ready();
  }

  /** Whether the records may be delivered: their positions are committed. */
  private boolean commitBefore(ConsumerRecords<byte[], byte[]> records) {
    if (commits.ends(records.nextOffsets(), CALL_TIMEOUT)) {
      commitBackoff.reset();
      return true;
    }
    // The commit may have taken effect all the same: what is there is committed anew.
    consumer.assigned().stream()
        .filter(each -> records.nextOffsets().containsKey(each.partition()))
        .forEach(each -> each.committed(StartPositions.UNKNOWN));
    for (TopicPartition partition : records.partitions()) {
      if (client.assignment().contains(partition)) {
        client.seek(partition, records.records(partition).get(0).offset());
      }
    }
    heldUntil = System.nanoTime() + commitBackoff.next().orElse(CALL_TIMEOUT).toNanos();
    return false;
  }

  // The client's listener

  @Override
  public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
    membership.joined();
    if (partitions.isEmpty()) {
      return;
    }
    try {
      consumer.assign(starts.of(partitions));
      lost.assigned(partitions);
    } catch (RuntimeException e) {
      assignmentFailure = e; // the client would log it as a fault of its listener
    }
  }

  /** The partitions go to others: what is settled is committed, the rest will be theirs. */
  @Override
  public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
    List<KafkaLane> leaving =
        consumer.assigned().stream().filter(each -> partitions.contains(each.partition())).toList();
    leaving.forEach(KafkaLane::revoke);
    awaitSettlement(leaving);
    commitPositions(leaving, CALL_TIMEOUT);
    consumer.unassign(partitions);
  }

  /** The partitions have gone to others already. */
  @Override
  public void onPartitionsLost(Collection<TopicPartition> partitions) {
    consumer.unassign(partitions);
  }

  private void awaitSettlement(List<KafkaLane> leaving) {
    long end = System.nanoTime() + REVOCATION_TIMEOUT.toNanos();
    while (System.nanoTime() - end < 0
        && !leavePlan.isOver()
        && !leaving.stream().allMatch(KafkaLane::isSettled)) {
      LockSupport.parkNanos(this, 1_000_000);
    }
  }

  private void commitPositions(List<KafkaLane> partitions, Duration timeout) {
    if (qos != Qos.NONE) {
      commits.now(partitions, timeout);
    }
  }
}
