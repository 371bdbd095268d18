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

    /**
     * A message was refused for good. Any thread.
     *
     * @param done to be run when it is dealt with
     */
    void discarded(Message message, Runnable done);
  }

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
  private boolean acknowledging;
  private boolean givesBack;

  private volatile boolean readingPaused;
  private volatile boolean acknowledgesFirst;

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
    this.offsets = new StreamOffsets(settings.prefetch());
    this.lane =
        new DeliveryLane<>(
            endpoint,
            qos,
            settings.unsettled(),
            new UnsettledBudget(settings.unsettled(), listener::ready),
            meter,
            reader,
            this);
    this.pump = new AcknowledgementPump(channel.eventLoop(), 1, this::settledTag, channel);
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
      channel.eventLoop().execute(this::resumeReading);
    }
    return next;
  }

  private void pollAgainLater() {
    if (qos == Qos.AT_MOST_ONCE && !acknowledgesFirst) {
      acknowledgesFirst = true;
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

  /** Gives back what was not delivered, and asks for no more: the subscription is over. */
  void stopConsuming() {
    List<ReceivedMessage> waiting = lane.takeWaiting();
    channel.eventLoop().execute(() -> giveBack(waiting));
  }

  // The event loop

  @Override
  public void received(ReceivedMessage message) {
    long tag = reader.position(message);
    if (givesBack) {
      channel.requeue(tag);
      return;
    }
    long offset = reader.streamOffset(message);
    if (offset != StreamOffsets.NONE) {
      offsets.add(tag, offset);
      if (offset < startOffset) {
        channel.acknowledge(tag, false);
        return;
      }
    }
    if (arrived.isEmpty()) {
      channel.connection().socket().afterRead(this::pass);
    }
    arrived.add(message);
  }

  @Override
  public void ended(EndpointException why) {
    listener.ended(this, why);
  }

  /** All that one read has brought. */
  private void pass() {
    List<ReceivedMessage> batch = arrived;
    arrived = new ArrayList<>();
    if (givesBack) {
      batch.forEach(this::requeue);
    } else if (qos == Qos.AT_MOST_ONCE) {
      unacknowledged.addAll(batch);
      listener.ready();
    } else {
      deliver(batch);
    }
  }

  private void deliver(List<ReceivedMessage> batch) {
    lane.add(batch);
    if (!readingPaused && lane.waitingBytes() > settings.unsettled().bytes()) {
      readingPaused = true;
      channel.connection().socket().pauseReading(this);
    }
    listener.ready();
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
    ReceivedMessage next = unacknowledged.poll();
    if (next == null) {
      acknowledgesFirst = false; // who adds one later says so
      return;
    }
    acknowledging = true;
    channel.acknowledge(reader.position(next), false);
    channel.barrier().whenComplete((done, failure) -> acknowledged(next, failure == null));
  }

  private void acknowledged(ReceivedMessage message, boolean known) {
    acknowledging = false;
    if (known) {
      lane.add(List.of(message));
    }
    acknowledgesFirst = false;
    listener.ready();
  }

  private void giveBack(List<ReceivedMessage> waiting) {
    givesBack = true;
    resumeReading();
    channel.cancel();
    if (qos != Qos.AT_MOST_ONCE) { // else the broker has been told already
      waiting.forEach(this::requeue);
    }
    unacknowledged.forEach(this::requeue);
    unacknowledged.clear();
    listener.settled();
  }

  private void requeue(ReceivedMessage message) {
    channel.requeue(reader.position(message));
  }

  // Any thread

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
    boolean settlesFirst = qos == Qos.AT_MOST_ONCE || qos == Qos.NONE;
    long settled = offsets.of(settlesFirst ? lane.takenPosition() : lane.settledPosition());
    return settled == StreamOffsets.NONE
        ? Math.max(startOffset, offsets.first())
        : Math.max(startOffset, settled + 1);
  }

  /** The channel is lost: what is settled from now on does not count. Idempotent. */
  void abandon() {
    pump.close();
    lane.close();
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
              pump.flush();
              pump.close();
              resumeReading();
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
