/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.kafka.internal;

import io.sluice.endpoint.Delivery;
import io.sluice.endpoint.EndpointException;
import io.sluice.endpoint.Message;
import io.sluice.endpoint.Nack;
import io.sluice.endpoint.Qos;
import io.sluice.endpoint.support.lifecycle.EndpointMeter;
import io.sluice.endpoint.support.settlement.AcknowledgementWindow;
import io.sluice.endpoint.support.settlement.DeliveryTracker;
import io.sluice.endpoint.support.settlement.RedeliveryQueue;
import io.sluice.endpoint.support.settlement.Settlements;
import io.sluice.endpoint.support.settlement.TrackedDelivery;
import io.sluice.endpoint.support.settlement.UnsettledBudget;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.header.Header;

/**
 * One partition from its assignment to this consumer until it is revoked: the records that wait,
 * and the deliveries that are not settled. What is settled later does not count, as the partition
 * may be somebody else's by then.
 *
 * <p>The thread of the poller appends, commits, revokes and closes. {@link #poll} and {@link
 * #delivered} belong to the thread of the subscription. Anybody settles.
 */
final class KafkaLane implements Settlements {

  /** Hears what becomes of deliveries, from whoever settles them; must not block. */
  interface Listener {

    /** There is room again, or something to deliver again. */
    void ready();

    /** A message was refused for good; it counts as settled. */
    void discarded(Message message);
  }

  private final TopicPartition partition;
  private final Qos qos;
  private final KafkaMessageReader messages;
  private final DeliveryTracker tracker;
  private final UnsettledBudget budget;
  private final UnsettledBudget.Share share;
  private final EndpointMeter meter;
  private final Listener listener;
  private final RedeliveryQueue<TrackedDelivery> redeliveries = new RedeliveryQueue<>();

  private final Queue<List<ConsumerRecord<byte[], byte[]>>> batches = new ConcurrentLinkedQueue<>();

  /** The batch that is being delivered; owned by the subscription's thread. */
  private List<ConsumerRecord<byte[], byte[]>> batch = List.of();

  private int next;

  // Each has one writer: the poller counts what came, the subscription's thread what was taken.
  private volatile long appended;
  private volatile long appendedBytes;
  private volatile long taken;
  private volatile long takenBytes;

  /** The offset after the record that was taken last. */
  private volatile long takenTo;

  private volatile boolean revoked;

  /** What comes after the last record; null while more may come. */
  private volatile EndpointException failure;

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
   * @param start offset of the first record to come
   * @param committed what the group knows as its position; negative if nothing
   */
  KafkaLane(
      TopicPartition partition,
      long start,
      long committed,
      Qos qos,
      KafkaSettings.Consumer settings,
      UnsettledBudget budget,
      EndpointMeter meter,
      Listener listener) {
    this.partition = partition;
    this.end = start;
    this.floor = start;
    this.takenTo = start;
    this.committed = committed;
    this.qos = qos;
    this.messages = new KafkaMessageReader(partition, settings.encodeMessageId());
    this.budget = budget;
    this.share = budget.share();
    this.meter = meter;
    this.listener = listener;
    // Under the other levels a message is settled before the next one is delivered.
    int capacity = qos == Qos.AT_LEAST_ONCE ? settings.maxUnsettled() : 1;
    this.tracker =
        new DeliveryTracker(
            qos,
            new AcknowledgementWindow(capacity, settings.maxUnsettledBytes(), listener::ready),
            this,
            meter);
  }

  TopicPartition partition() {
    return partition;
  }

  // The subscription's thread

  /**
   * The next delivery; null if there is none now.
   *
   * @throws EndpointException in place of the next, if that cannot be read
   */
  Delivery poll() {
    if (revoked) {
      return null;
    }
    TrackedDelivery nacked = redeliveries.poll();
    if (nacked != null) {
      return nacked.again();
    }
    EndpointException last = failure; // before looking: what precedes it is there
    ConsumerRecord<byte[], byte[]> record = peek();
    if (record == null) {
      if (last != null) {
        throw last;
      }
      return null;
    }
    int bytes = size(record);
    return hasRoom(bytes) ? deliver(record, bytes) : null;
  }

  /** The consumer has taken the last delivery. */
  void delivered() {
    tracker.delivered();
  }

  /** Whether the last record of a batch was delivered last. */
  boolean isBetweenBatches() {
    return next == batch.size();
  }

  private ConsumerRecord<byte[], byte[]> peek() {
    while (next == batch.size()) {
      List<ConsumerRecord<byte[], byte[]>> following = batches.poll();
      if (following == null) {
        return null;
      }
      batch = following;
      next = 0;
    }
    return batch.get(next);
  }

  private boolean hasRoom(int bytes) {
    return qos != Qos.AT_LEAST_ONCE || tracker.hasRoom(bytes) && budget.hasRoom(bytes);
  }

  private Delivery deliver(ConsumerRecord<byte[], byte[]> record, int bytes) {
    next++;
    takenTo = record.offset() + 1;
    if (revoked) {
      return null; // the poller may have read a position before it
    }
    if (qos == Qos.AT_LEAST_ONCE) {
      share.take(bytes);
    }
    Delivery delivery = tracker.deliver(record.offset(), messages.message(record), bytes);
    // Only now: while a record is neither waiting nor in the window, the position is the end.
    takenBytes += bytes;
    taken++;
    return delivery;
  }

  // Whoever settles

  @Override
  public void acked(TrackedDelivery delivery) {
    share.give(delivery.bytes());
  }

  @Override
  public void nacked(TrackedDelivery delivery, Nack how) {
    if (how == Nack.REQUEUE) {
      redeliveries.add(delivery.sequence(), delivery);
      listener.ready();
      return;
    }
    meter.failed();
    share.give(delivery.bytes());
    delivery.settle();
    listener.discarded(delivery.message());
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
    if (records.isEmpty()) {
      return;
    }
    long bytes = 0;
    for (ConsumerRecord<byte[], byte[]> record : records) {
      bytes += size(record);
    }
    epochs.add(records);
    appendedBytes += bytes;
    appended += records.size();
    batches.add(records);
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
    return waiting() == 0 && (countsWhenTaken() || tracker.window().isEmpty());
  }

  /** Fails the subscription when that has taken the records that wait; more do not come. */
  void endWith(EndpointException error) {
    failure = error;
  }

  boolean isEnded() {
    return failure != null;
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
    return appended - taken;
  }

  /** How many bytes wait. */
  long waitingBytes() {
    return appendedBytes - takenBytes;
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
    return Math.max(floor, countsWhenTaken() ? takenTo : settledTo());
  }

  private boolean countsWhenTaken() {
    return qos == Qos.AT_MOST_ONCE || qos == Qos.NONE;
  }

  private long settledTo() {
    long settled = tracker.window().settledPosition();
    return settled == AcknowledgementWindow.NONE ? floor : settled + 1;
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
    revoked = true;
  }

  /** Whether nothing that was delivered waits for its settlement, refused messages apart. */
  boolean isSettled() {
    return qos == Qos.AT_LEAST_ONCE
        ? share.count() <= redeliveries.size()
        : tracker.window().isEmpty();
  }

  /** Ends it: what is settled from now on does not count. Idempotent. */
  void close() {
    revoked = true;
    tracker.window().close();
    share.close();
    redeliveries.clear();
  }

  /** The id of the message that is unsettled longest, if it is so for longer than a time. */
  Optional<String> unsettledFor(Duration age) {
    AcknowledgementWindow window = tracker.window();
    if (qos != Qos.AT_LEAST_ONCE || window.oldestUnsettledAge().compareTo(age) <= 0) {
      return Optional.empty();
    }
    long oldest = window.oldestUnsettledPosition();
    return oldest == AcknowledgementWindow.NONE
        ? Optional.empty()
        : Optional.of(messages.id(oldest));
  }

  /** Value, key and headers, in bytes; the same at each call. */
  private static int size(ConsumerRecord<byte[], byte[]> record) {
    // -1 for a tombstone, or without key
    long size = Math.max(0, record.serializedValueSize()) + Math.max(0, record.serializedKeySize());
    for (Header header : record.headers().toArray()) {
      byte[] value = header.value();
      size += header.key().length() + (value == null ? 0 : value.length);
    }
    return (int) Math.min(size, Integer.MAX_VALUE);
  }
}
