/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.kafka.internal;

import io.sluice.endpoint.Delivery;
import io.sluice.endpoint.EndpointException;
import io.sluice.endpoint.Qos;
import io.sluice.endpoint.support.lifecycle.EndpointMeter;
import io.sluice.endpoint.support.settlement.AcknowledgementWindow;
import io.sluice.endpoint.support.settlement.DeliveryLane;
import io.sluice.endpoint.support.settlement.Lane;
import io.sluice.endpoint.support.settlement.UnsettledBudget;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;

/**
 * One partition from its assignment to this consumer until it is revoked: the way of its messages,
 * and the position that goes with it.
 *
 * <p>The thread of the poller appends, commits, revokes and closes. {@link #poll} and {@link
 * #delivered} belong to the thread of the subscription. Any thread settles.
 */
final class KafkaLane implements Lane {

  private final TopicPartition partition;
  private final Qos qos;
  private final KafkaMessageReader reader;
  private final DeliveryLane<ConsumerRecord<byte[], byte[]>> lane;
  private final long start;
  private final long assignedNanos = System.nanoTime();

  // Owned by the poller.
  private final LeaderEpochs epochs = new LeaderEpochs();
  private long end;

  /** What is before it is settled, or never delivered. Only grows. */
  private long floor;

  private Optional<Integer> floorEpoch = Optional.empty();

  private Optional<Integer> endEpoch = Optional.empty();
  private long committed;
  private boolean paused;
  private Uuid topicId;

  /**
   * A partition without records.
   *
   * @param endpoint the endpoint's name, for logs
   * @param start where its first record comes from, and what the group knows as its position
   */
  KafkaLane(
      String endpoint,
      StartPositions.Start start,
      Qos qos,
      KafkaSettings.Consumer settings,
      UnsettledBudget budget,
      EndpointMeter meter,
      DeliveryLane.Listener<ConsumerRecord<byte[], byte[]>> listener) {
    this.partition = start.partition();
    this.start = start.offset();
    this.end = start.offset();
    this.floor = start.offset();
    this.committed = start.committed();
    this.qos = qos;
    this.reader = new KafkaMessageReader(partition, settings.encodeMessageId());
    this.lane =
        new DeliveryLane<>(endpoint, qos, settings.unsettled(), budget, meter, reader, listener);
  }

  TopicPartition partition() {
    return partition;
  }

  // The subscription's thread

  @Override
  public Delivery poll() {
    return lane.poll();
  }

  @Override
  public void delivered() {
    lane.delivered();
  }

  @Override
  public void closed() {
    lane.closed();
  }

  @Override
  public boolean isBetweenBatches() {
    return lane.isBetweenBatches();
  }

  // The poller's thread

  /**
   * Takes in records, in order.
   *
   * @param records none, if there are only records that a consumer does not get: of transactions
   *     that were aborted, or that control them
   * @param next where the client fetches next
   */
  void append(List<ConsumerRecord<byte[], byte[]>> records, OffsetAndMetadata next) {
    endsAt(next.offset(), next.leaderEpoch());
    if (!records.isEmpty()) {
      epochs.add(records);
      lane.add(records);
    }
  }

  /** The client goes on at a later offset: what is between is not there any more. */
  void skipTo(long offset) {
    epochs.unknownFrom(end);
    endsAt(offset, Optional.empty());
  }

  private void endsAt(long offset, Optional<Integer> epoch) {
    if (isIdle()) {
      floor = end; // it may be committed, and must not fall back to the last record before it
      floorEpoch = endEpoch;
    }
    end = offset;
    endEpoch = epoch;
  }

  /** Whether nothing waits, nor was delivered and is not settled. */
  private boolean isIdle() {
    return countsWhenTaken() ? lane.waiting() == 0 : lane.isEmpty();
  }

  /** Fails the subscription when that has taken the records that wait; more do not come. */
  void endWith(EndpointException error) {
    lane.endWith(error);
  }

  boolean isEnded() {
    return lane.isEnded();
  }

  /** The id of its topic; null while it is not known. */
  Uuid topicId() {
    return topicId;
  }

  void topicId(Uuid id) {
    topicId = id;
  }

  /** Whether it was assigned before a point in time, in {@link System#nanoTime}. */
  boolean isOlderThan(long nanos) {
    return assignedNanos - nanos < 0;
  }

  /** How many records wait. */
  long waiting() {
    return lane.waiting();
  }

  /** How many bytes wait. */
  long waitingBytes() {
    return lane.waitingBytes();
  }

  /**
   * The offset from which another consumer would have to go on: of the first message that is not
   * settled, or that was not delivered to a consumer who settles before. With no such message it is
   * the end of what was fetched, behind records that are never delivered.
   */
  long position() {
    if (isIdle()) {
      return end;
    }
    return Math.max(
        floor, after(countsWhenTaken() ? lane.takenPosition() : lane.settledPosition()));
  }

  private long after(long offset) {
    return offset == AcknowledgementWindow.NONE ? start : offset + 1;
  }

  private boolean countsWhenTaken() {
    return qos == Qos.AT_MOST_ONCE || qos == Qos.NONE;
  }

  /**
   * The position that may be committed while it goes on. What a consumer who settles before has not
   * taken yet is committed, and stays so.
   */
  long progress() {
    return qos == Qos.AT_MOST_ONCE && waiting() > 0 ? committed : position();
  }

  /** The leader's epoch that belongs to a position. */
  Optional<Integer> epochBefore(long position) {
    if (position == end && endEpoch.isPresent()) {
      return endEpoch;
    }
    return position == floor && floorEpoch.isPresent() ? floorEpoch : epochs.before(position);
  }

  /** What the group knows as its position; negative if nothing. */
  long committed() {
    return committed;
  }

  void committed(long offset) {
    committed = offset;
  }

  boolean isPaused() {
    return paused;
  }

  void paused(boolean now) {
    paused = now;
  }

  /** Delivers nothing more; what was delivered can be settled until {@link #close}. */
  void revoke() {
    lane.revoke();
  }

  /** Whether nothing that was delivered waits for its settlement, refused messages apart. */
  boolean isSettled() {
    return lane.isSettled();
  }

  /** Ends it: what is settled from now on does not count. Idempotent. */
  void close() {
    lane.close();
  }

  /** The id of the message that is unsettled longest, if it is so for longer than a time. */
  Optional<String> unsettledFor(Duration age) {
    var oldest = lane.unsettledFor(age);
    return oldest.isPresent() ? Optional.of(reader.id(oldest.getAsLong())) : Optional.empty();
  }
}
