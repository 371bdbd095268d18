/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.settlement;

import io.sluice.endpoint.Delivery;
import io.sluice.endpoint.EndpointException;
import io.sluice.endpoint.Message;
import io.sluice.endpoint.Nack;
import io.sluice.endpoint.Qos;
import io.sluice.endpoint.support.lifecycle.EndpointMeter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * The way of messages from one partition or queue to one consumer, in one assignment epoch, and of
 * their settlements back: the records that wait, the window of those that are not settled, and
 * those to be delivered again. What is settled after {@link #close} does not count.
 *
 * <p>One thread feeds: {@link #add}, {@link #endWith}. The thread of the subscription takes: {@link
 * #poll}, {@link #delivered}, {@link #takeWaiting}, {@link #takeRefused}. Any thread settles; the
 * other methods are for any too.
 *
 * @param <R> a record as the client of the backend has it
 */
public final class DeliveryLane<R> implements Lane {

  /** Reads the records of one lane. Called by both threads. */
  public interface Reader<R> {

    /** The message that a record makes. */
    Message message(R record);

    /** The size of a record in bytes, with key and headers; the same at each call, not negative. */
    int bytes(R record);

    /** Where it stands in its partition or queue; grows from record to record. */
    long position(R record);
  }

  /** Hears what becomes of deliveries, on the thread that settles them; must not block. */
  public interface Listener<R> {

    /** There is room again, or something to deliver again. */
    void ready();

    /**
     * A delivery was settled, under any QoS but {@code NONE}; its place in the window is freed when
     * this returns.
     *
     * @return false if the ack came too late, as the message was given back already
     */
    default boolean acked(TrackedDelivery<R> delivery) {
      return true;
    }

    /** {@link DeliveryLane#settledPosition} has moved on, or has begun. */
    default void advanced() {}

    /**
     * The place of a delivery was freed, and {@link DeliveryLane#isSettled} counts it as settled.
     */
    default void freed() {}

    /**
     * A message was refused for good.
     *
     * @param done frees its place in the window; to be run once, by any thread, when it is dealt
     *     with
     */
    void discarded(TrackedDelivery<R> delivery, Runnable done);
  }

  /** A message that is refused again and again must not keep back what waits. */
  private static final int MAX_REPEATS_IN_A_ROW = 16;

  private final Qos qos;
  private final Reader<R> reader;
  private final Listener<R> listener;
  private final DeliveryTracker<R> tracker;
  private final UnsettledBudget.Share share;
  private final EndpointMeter meter;
  private final RedeliveryQueue<TrackedDelivery<R>> redeliveries = new RedeliveryQueue<>();
  private final Queue<List<R>> batches = new ConcurrentLinkedQueue<>();

  /** The batch that is being delivered; owned by the subscription's thread. */
  private List<R> batch = List.of();

  private int next;

  /** How many redeliveries came last, without a record that waited. */
  private int repeats;

  // Each has one writer: the feeder counts what came, the subscription's thread what was taken.
  private volatile long added;
  private volatile long addedBytes;
  private volatile long taken;
  private volatile long takenBytes;

  /** The position of the record that was taken last. */
  private volatile long takenPosition = AcknowledgementWindow.NONE;

  private volatile boolean revoked;

  /** Whether the consumer threw something under {@code AUTO}; then it takes nothing more. */
  private volatile boolean refused;

  /** What comes after the last record; null while more may come. */
  private volatile EndpointException failure;

  /**
   * A lane without records.
   *
   * @param endpoint the endpoint's name, for logs
   * @param limits how many deliveries and bytes the window spans
   * @param budget what all lanes of the consumer share
   */
  public DeliveryLane(
      String endpoint,
      Qos qos,
      UnsettledLimits limits,
      UnsettledBudget budget,
      EndpointMeter meter,
      Reader<R> reader,
      Listener<R> listener) {
    this.qos = Objects.requireNonNull(qos, "qos");
    this.reader = Objects.requireNonNull(reader, "reader");
    this.listener = Objects.requireNonNull(listener, "listener");
    this.meter = meter;
    this.share = budget.share();
    // Under the other levels a message is settled before the next one is delivered.
    int capacity = qos == Qos.AT_LEAST_ONCE ? limits.messages() : 1;
    this.tracker =
        new DeliveryTracker<>(
            endpoint,
            qos,
            new AcknowledgementWindow(capacity, limits.bytes(), new LaneProgress()),
            new LaneSettlements(),
            meter);
  }

  // The feeding thread

  /** Adds records, in order; not empty. */
  public void add(List<R> records) {
    long bytes = 0;
    for (R record : records) {
      bytes += reader.bytes(record);
    }
    addedBytes += bytes;
    added += records.size();
    batches.add(records);
  }

  /** Fails the subscription when that has taken the records that wait; more must not come. */
  public void endWith(EndpointException error) {
    failure = error;
  }

  // The subscription's thread

  @Override
  public Delivery poll() {
    if (revoked) {
      return null;
    }
    EndpointException last = failure; // before looking: what precedes it is there
    boolean waitingFirst = repeats >= MAX_REPEATS_IN_A_ROW;
    TrackedDelivery<R> nacked = waitingFirst ? null : redeliveries.poll();
    Delivery fresh = nacked == null ? pollWaiting() : null;
    if (waitingFirst && fresh == null) {
      nacked = redeliveries.poll();
    }
    repeats = nacked == null ? 0 : repeats + 1;
    if (nacked != null) {
      return nacked.again();
    }
    if (fresh == null && last != null && peek() == null) {
      throw last;
    }
    return fresh;
  }

  private Delivery pollWaiting() {
    R record = peek();
    if (record == null) {
      return null;
    }
    int bytes = reader.bytes(record);
    return hasRoom(bytes) ? deliver(record, bytes) : null;
  }

  @Override
  public void delivered() {
    tracker.delivered();
  }

  @Override
  public void closed() {
    takeRefused();
  }

  @Override
  public boolean isBetweenBatches() {
    return repeats > 0 || next == batch.size();
  }

  /** Takes back the records that wait, in order. */
  public List<R> takeWaiting() {
    List<R> waiting = new ArrayList<>();
    for (R record = peek(); record != null; record = peek()) {
      count(record, reader.bytes(record));
      waiting.add(record);
    }
    return waiting;
  }

  /**
   * What the consumer did not take under {@code AUTO}, as it threw something; null if nothing. It
   * stays in the window, as nothing settles it.
   */
  public TrackedDelivery<R> takeRefused() {
    TrackedDelivery<R> taken = tracker.takeRefused();
    refused |= taken != null;
    return taken;
  }

  private R peek() {
    while (next == batch.size()) {
      List<R> following = batches.poll();
      if (following == null) {
        return null;
      }
      batch = following;
      next = 0;
    }
    return batch.get(next);
  }

  /**
   * Whether a record of a size would be delivered now. After the answer false {@link
   * Listener#ready} is called when asking again is worth it.
   */
  public boolean hasRoom(int bytes) {
    return qos != Qos.AT_LEAST_ONCE || tracker.hasRoom(bytes) && share.hasRoom(bytes);
  }

  private Delivery deliver(R record, int bytes) {
    Message message = reader.message(record); // first: what it throws leaves all as it is
    takenPosition = reader.position(record);
    if (revoked) {
      next++;
      return null; // who has revoked it may have read a position before it
    }
    if (qos == Qos.AT_LEAST_ONCE) {
      share.take(bytes);
    }
    Delivery delivery = tracker.deliver(takenPosition, message, bytes, record);
    // Only now: a record is always seen as waiting or in the window.
    count(record, bytes);
    return delivery;
  }

  private void count(R record, int bytes) {
    next++;
    takenBytes += bytes;
    taken++;
    if (next == batch.size()) {
      batch = List.of(); // an idle lane keeps no records in memory
      next = 0;
    }
  }

  // Any thread

  /** How many records wait. */
  public long waiting() {
    return added - taken;
  }

  /** How many bytes wait. */
  public long waitingBytes() {
    return addedBytes - takenBytes;
  }

  /** The position of the record that was taken last; {@link AcknowledgementWindow#NONE} if none. */
  public long takenPosition() {
    return takenPosition;
  }

  /** The position up to which all is settled; {@link AcknowledgementWindow#NONE} if nothing is. */
  public long settledPosition() {
    return tracker.window().settledPosition();
  }

  /** Whether it ends with an error after the records that wait. */
  public boolean isEnded() {
    return failure != null;
  }

  /** Whether nothing waits, and nothing that was delivered is unsettled. */
  public boolean isEmpty() {
    return waiting() == 0 && tracker.window().isEmpty();
  }

  /** Delivers nothing more; what was delivered can be settled until {@link #close}. */
  public void revoke() {
    revoked = true;
    share.withdraw();
  }

  /** Whether nothing that was delivered waits for its settlement, refused messages apart. */
  public boolean isSettled() {
    return qos == Qos.AT_LEAST_ONCE
        ? share.count() <= redeliveries.size()
        : refused || tracker.window().isEmpty();
  }

  /** How many deliveries are unsettled. */
  public int unsettled() {
    return share.count();
  }

  /** Where the message stands that is unsettled longest, if it is so for longer than a time. */
  public OptionalLong unsettledFor(Duration age) {
    AcknowledgementWindow window = tracker.window();
    if (qos != Qos.AT_LEAST_ONCE || window.oldestUnsettledAge().compareTo(age) <= 0) {
      return OptionalLong.empty();
    }
    long oldest = window.oldestUnsettledPosition();
    return oldest == AcknowledgementWindow.NONE ? OptionalLong.empty() : OptionalLong.of(oldest);
  }

  /** Takes what was nacked and not delivered again yet, in order. It stays in the window. */
  public List<TrackedDelivery<R>> takeRedeliveries() {
    List<TrackedDelivery<R>> nacked = new ArrayList<>();
    for (var next = redeliveries.poll(); next != null; next = redeliveries.poll()) {
      nacked.add(next);
    }
    return nacked;
  }

  /** Ends it: what is settled from now on does not count. Idempotent. */
  public void close() {
    revoked = true;
    tracker.window().close();
    share.close();
    redeliveries.clear();
  }

  /** Whether it was closed. */
  public boolean isClosed() {
    return tracker.window().isClosed();
  }

  private final class LaneProgress implements AcknowledgementWindow.Listener {

    @Override
    public void room() {
      listener.ready();
    }

    @Override
    public void advanced() {
      listener.advanced();
    }
  }

  private final class LaneSettlements implements Settlements<R> {

    @Override
    public boolean acked(TrackedDelivery<R> delivery) {
      return listener.acked(delivery);
    }

    /** Only now: who sees the lane settled must find the position that says so. */
    @Override
    public void freed(TrackedDelivery<R> delivery) {
      if (qos == Qos.AT_LEAST_ONCE) {
        share.give(delivery.bytes());
      }
      listener.freed();
    }

    @Override
    public void nacked(TrackedDelivery<R> delivery, Nack how) {
      if (how == Nack.REQUEUE) {
        redeliveries.add(delivery.sequence(), delivery);
        listener.ready();
      } else {
        meter.failed();
        listener.discarded(delivery, delivery::settle);
      }
    }
  }
}
