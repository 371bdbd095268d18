/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.rabbitmq.internal;

import io.sluice.endpoint.Delivery;
import io.sluice.endpoint.EndpointException;
import io.sluice.endpoint.Message;
import io.sluice.endpoint.Qos;
import io.sluice.endpoint.support.lifecycle.EndpointMeter;
import io.sluice.endpoint.support.publishing.FailureStrategy;
import io.sluice.endpoint.support.settlement.AcknowledgementPump;
import io.sluice.endpoint.support.settlement.AcknowledgementWindow;
import io.sluice.endpoint.support.settlement.DeliveryLane;
import io.sluice.endpoint.support.settlement.Lane;
import io.sluice.endpoint.support.settlement.TrackedDelivery;
import io.sluice.endpoint.support.settlement.UnsettledBudget;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * What one consumer is sent over one channel: the way of its messages, and of their settlements
 * back. The next channel has another lane, so that no tag of this one is ever sent there.
 *
 * <p>The event loop feeds it and tells the broker. {@link #poll} and {@link #delivered} belong to
 * the thread of the subscription. Any thread settles.
 *
 * <p>Under {@code AT_MOST_ONCE} a message is acknowledged when the subscription asks for one, and
 * delivered when the broker is known to have taken that: one at a time, so that none is lost but
 * the one that is being delivered. Under {@code NONE} it is acknowledged when it is delivered.
 */
final class RabbitmqLane
    implements Lane, ConsumingChannel.Listener, DeliveryLane.Listener<ReceivedMessage> {

  /** What the subscription does about it. */
  interface Listener {

    /** There is something to deliver. Any thread. */
    void ready();

    /** A delivery was settled. Any thread. */
    void settled();

    /** The channel has ended, not by us. On the event loop. */
    void ended(RabbitmqLane lane, EndpointException why);

    /** A message was discarded, as its headers cannot be read. On the event loop. */
    void unreadable();

    /**
     * A message was refused for good. Any thread.
     *
     * @param done to be run when it is dealt with
     */
    void discarded(Message message, Runnable done);
  }

  /** So the broker goes on sending while it is told of what was settled. */
  private static final int ACKNOWLEDGEMENTS_A_PREFETCH = 4;

  private final Qos qos;
  private final RabbitmqSettings.Consumer settings;
  private final ConsumingChannel channel;
  private final RabbitmqMessageReader reader;
  private final Listener listener;
  private final DeliveryLane<ReceivedMessage> lane;
  private final AcknowledgementPump pump;
  private final StreamOffsets offsets;

  /** The first offset that is wanted of a stream. */
  private final long startOffset;

  // Owned by the event loop.
  private List<ReceivedMessage> arrived = new ArrayList<>();
  private final Deque<ReceivedMessage> unacknowledged = new ArrayDeque<>();
  private long unacknowledgedBytes;
  private boolean acknowledging;
  private boolean givesBack;
  private boolean finished;

  private final AtomicBoolean tookWaiting = new AtomicBoolean();
  private volatile boolean readingPaused;
  private volatile boolean acknowledgesFirst;
  private volatile boolean stopping;

  /**
   * A lane without messages.
   *
   * @param startOffset the first offset that is wanted of a stream; {@link StreamOffsets#NONE} for
   *     all that come
   */
  RabbitmqLane(
      String endpoint,
      Qos qos,
      RabbitmqSettings.Consumer settings,
      ConsumingChannel channel,
      RabbitmqMessageReader reader,
      long startOffset,
      EndpointMeter meter,
      Listener listener) {
    this.qos = qos;
    this.settings = settings;
    this.channel = channel;
    this.reader = reader;
    this.startOffset = startOffset;
    this.listener = listener;
    this.offsets = new StreamOffsets();
    this.lane =
        new DeliveryLane<>(
            endpoint,
            qos,
            settings.unsettled(),
            new UnsettledBudget(settings.unsettled(), listener::ready),
            meter,
            reader,
            this);
    this.pump =
        new AcknowledgementPump(
            channel.eventLoop(),
            channel.connection().socket()::soon,
            1,
            Math.max(1, settings.prefetch() / ACKNOWLEDGEMENTS_A_PREFETCH),
            this::settledTag,
            channel);
  }

  // The subscription's thread

  @Override
  public Delivery poll() {
    Delivery next = lane.poll();
    if (next == null) {
      pollAgainLater();
    } else if (qos == Qos.NONE) {
      pump.advanced();
    }
    if (readingPaused && lane.waitingBytes() <= settings.unsettled().bytes() / 2) {
      channel.eventLoop().execute(this::boundReading);
    }
    return next;
  }

  private void pollAgainLater() {
    if (qos != Qos.AT_MOST_ONCE || acknowledgesFirst) {
      return;
    }
    acknowledgesFirst = true; // first: who stops it writes before it reads this
    if (stopping) {
      acknowledgesFirst = false;
    } else {
      channel.eventLoop().execute(this::acknowledgeNext);
    }
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

  /**
   * Gives back what was not delivered, and asks for no more: the subscription is over. May be
   * called twice, also by another thread, as the consumer may begin only then.
   */
  void stopConsuming() {
    List<ReceivedMessage> waiting =
        tookWaiting.compareAndSet(false, true) ? lane.takeWaiting() : List.of();
    channel.eventLoop().execute(() -> giveBack(waiting));
  }

  // The event loop

  @Override
  public void received(ReceivedMessage message) {
    if (finished) {
      return; // the broker sends it again
    }
    if (givesBack) {
      requeue(message);
      return;
    }
    long offset = reader.streamOffset(message);
    if (offset != StreamOffsets.NONE) {
      offsets.add(reader.position(message), offset, progress());
    }
    if (arrived.isEmpty()) {
      channel.connection().socket().afterRead(this::pass);
    }
    arrived.add(message);
  }

  /** There is nothing that could be delivered, or copied to dead letters of ours. */
  @Override
  public void unreadable(long tag) {
    if (!finished) {
      channel.discard(tag);
      listener.unreadable();
    }
  }

  @Override
  public void ended(EndpointException why) {
    listener.ended(this, why);
  }

  /** All that one read has brought. */
  private void pass() {
    List<ReceivedMessage> batch = arrived;
    arrived = new ArrayList<>();
    if (finished || batch.isEmpty()) {
      return;
    }
    if (givesBack) {
      batch.forEach(this::requeue);
      return;
    }
    if (qos == Qos.AT_MOST_ONCE) {
      unacknowledged.addAll(batch);
      batch.forEach(each -> unacknowledgedBytes += reader.bytes(each));
    } else {
      lane.add(batch);
    }
    boundReading();
    listener.ready();
  }

  /** The broker bounds what it sends in number alone. */
  private void boundReading() {
    long limit = settings.unsettled().bytes();
    if (!readingPaused && !finished && waitingBytes() > limit) {
      readingPaused = true; // first: who takes messages from here on looks at it
      channel.connection().socket().pauseReading(this);
    }
    if (waitingBytes() <= limit / 2) {
      resumeReading();
    }
  }

  private long waitingBytes() {
    return lane.waitingBytes() + unacknowledgedBytes;
  }

  private void resumeReading() {
    if (readingPaused) {
      readingPaused = false;
      channel.connection().socket().resumeReading(this);
    }
  }

  private void acknowledgeNext() {
    if (acknowledging) {
      return;
    }
    ReceivedMessage next = stopping || finished ? null : unacknowledged.poll();
    if (next == null) {
      acknowledgesFirst = false; // who adds one later says so
      if (stopping) {
        listener.ready();
      }
      return;
    }
    unacknowledgedBytes -= reader.bytes(next);
    boundReading();
    acknowledging = true;
    channel.acknowledge(reader.position(next), false);
    channel
        .barrier()
        .whenCompleteAsync(
            (done, failure) -> acknowledged(next, failure == null), channel.eventLoop());
  }

  private void acknowledged(ReceivedMessage message, boolean known) {
    acknowledging = false;
    if (known && !finished) {
      lane.add(List.of(message));
    }
    acknowledgesFirst = false;
    listener.ready();
  }

  private void giveBack(List<ReceivedMessage> waiting) {
    givesBack = true;
    channel.cancel();
    if (qos != Qos.AT_MOST_ONCE) { // else the broker has been told already
      waiting.forEach(this::requeue);
    }
    unacknowledged.forEach(this::requeue);
    unacknowledged.clear();
    unacknowledgedBytes = 0;
    resumeReading();
    listener.settled();
  }

  private void requeue(ReceivedMessage message) {
    channel.requeue(reader.position(message));
  }

  // Any thread

  /** Acknowledges no more messages that are still to be delivered. */
  void stopAcknowledging() {
    stopping = true;
  }

  /** Whether something was acknowledged that is still to be delivered. */
  boolean isAcknowledgingFirst() {
    return acknowledgesFirst || qos == Qos.AT_MOST_ONCE && lane.waiting() > 0;
  }

  /** Whether nothing that was delivered waits for its settlement, refused messages apart. */
  boolean isSettled() {
    return lane.isSettled();
  }

  int unsettled() {
    return lane.unsettled();
  }

  /** The tag of the message that is unsettled longest, if it is so for longer than a time. */
  OptionalLong unsettledFor(Duration age) {
    return lane.unsettledFor(age);
  }

  /**
   * Where the next channel has to go on in a stream.
   *
   * @return the offset after the last one up to which all is settled; {@link StreamOffsets#NONE} if
   *     nothing has come
   */
  long nextOffset() {
    long settled = offsets.of(progress());
    return settled == StreamOffsets.NONE
        ? Math.max(startOffset, offsets.first())
        : Math.max(startOffset, settled + 1);
  }

  /** The tag up to which all is settled, or delivered where that is the same. */
  private long progress() {
    boolean settlesFirst = qos == Qos.AT_MOST_ONCE || qos == Qos.NONE;
    return settlesFirst ? lane.takenPosition() : lane.settledPosition();
  }

  /**
   * The consumer has ended at the broker: what is settled from now on does not count. On the event
   * loop. Idempotent.
   */
  void abandon() {
    lane.close();
    finish();
  }

  private void finish() {
    finished = true;
    pump.flush();
    pump.close();
    resumeReading();
  }

  /**
   * Ends it: what is settled from now on does not count, and what was settled before is told.
   *
   * @param closing closes the channel when the broker has been told; runs on the event loop
   */
  void close(Runnable closing) {
    lane.close();
    channel
        .eventLoop()
        .execute(
            () -> {
              finish();
              closing.run();
            });
  }

  ConsumingChannel channel() {
    return channel;
  }

  /** Up to here all may be acknowledged. */
  private long settledTag() {
    return switch (qos) {
      case NONE -> lane.takenPosition();
      case AT_MOST_ONCE -> AcknowledgementWindow.NONE; // one by one
      default -> lane.settledPosition();
    };
  }

  @Override
  public void ready() {
    listener.ready();
  }

  @Override
  public void advanced() {
    if (qos != Qos.AT_MOST_ONCE) {
      pump.advanced();
    }
  }

  @Override
  public void freed() {
    listener.settled();
  }

  /** A message that is given up goes to the dead letters of the broker, unless it went to ours. */
  @Override
  public void discarded(TrackedDelivery<ReceivedMessage> delivery, Runnable done) {
    boolean ours = settings.discards().strategy() == FailureStrategy.DEAD_LETTER;
    long tag = reader.position(delivery.handle());
    listener.discarded(delivery.message(), ours ? done : () -> pump.discard(tag, done));
  }
}
