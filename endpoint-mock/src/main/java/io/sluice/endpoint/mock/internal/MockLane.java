/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.mock.internal;

import io.sluice.endpoint.Delivery;
import io.sluice.endpoint.Message;
import io.sluice.endpoint.Qos;
import io.sluice.endpoint.support.lifecycle.EndpointMeter;
import io.sluice.endpoint.support.message.MessageSize;
import io.sluice.endpoint.support.settlement.DeliveryLane;
import io.sluice.endpoint.support.settlement.TrackedDelivery;
import io.sluice.endpoint.support.settlement.UnsettledBudget;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * What one consumer got over one connection: the way of its messages, and what the backend will
 * have back when the connection breaks, as a broker remembers it by delivery tags.
 *
 * <p>{@link #poll}, {@link #add} and {@link #delivered} belong to the thread of the subscription;
 * the others may be called by any.
 */
final class MockLane implements DeliveryLane.Listener<MockLane.Tagged> {

  /** What the consumer does about settlements. */
  interface Listener {

    /** There is room again, or something to deliver again. */
    void ready();

    /** A message was settled. */
    void settled();

    /**
     * A message was refused for good.
     *
     * @param done settles it
     */
    void discarded(Message message, Runnable done);
  }

  /** A message with its delivery tag, which grows from message to message. */
  record Tagged(long tag, QueuedMessage queued) {}

  private static final DeliveryLane.Reader<Tagged> READER =
      new DeliveryLane.Reader<>() {
        @Override
        public Message message(Tagged tagged) {
          return tagged.queued().message();
        }

        @Override
        public int bytes(Tagged tagged) {
          return MessageSize.of(tagged.queued().message());
        }

        @Override
        public long position(Tagged tagged) {
          return tagged.tag();
        }
      };

  private final Qos qos;
  private final EndpointMeter meter;
  private final Listener listener;
  private final DeliveryLane<Tagged> lane;

  /** What was sent over the connection and is not settled, by tag. Empty where nothing settles. */
  private final ConcurrentNavigableMap<Long, QueuedMessage> unsettled =
      new ConcurrentSkipListMap<>();

  private long nextTag;

  MockLane(
      String endpoint,
      Qos qos,
      MockSettings.Consumer settings,
      EndpointMeter meter,
      Listener listener) {
    this.qos = qos;
    this.meter = meter;
    this.listener = listener;
    this.lane =
        new DeliveryLane<>(
            endpoint,
            qos,
            settings.unsettled(),
            new UnsettledBudget(settings.unsettled(), listener::ready),
            meter,
            READER,
            this);
  }

  /** The next delivery; null if there is none now. */
  Delivery poll() {
    Delivery next = lane.poll();
    if (next instanceof TrackedDelivery<?> tracked && tracked.handle() instanceof Tagged tagged) {
      countAgain(tagged, next.message());
    }
    return next;
  }

  /** If it is sent over another connection one day, it counts on from there. */
  private void countAgain(Tagged tagged, Message message) {
    if (message != tagged.queued().message()) {
      unsettled.replace(tagged.tag(), new QueuedMessage(message, tagged.queued().echo()));
    }
  }

  /** The consumer has taken the last delivery. */
  void delivered() {
    lane.delivered();
  }

  /** Whether a message was sent that the consumer has no room for. */
  boolean isWaiting() {
    return lane.waiting() > 0;
  }

  /** Whether there is room for a message. */
  boolean hasRoom(int bytes) {
    return lane.hasRoom(bytes);
  }

  /** Sends a message to the consumer. */
  void add(QueuedMessage queued) {
    long tag = nextTag++;
    if (qos == Qos.NONE) {
      queued.settled();
    } else {
      unsettled.put(tag, queued);
    }
    if (queued.isRedelivery()) {
      meter.redelivered();
    }
    lane.add(List.of(new Tagged(tag, queued)));
  }

  /**
   * Takes back what is not with the consumer, as its subscription is over: what was nacked, what it
   * did not take, as it threw something, and what waits.
   */
  List<QueuedMessage> takeBack() {
    List<QueuedMessage> taken = takeRedeliveries();
    TrackedDelivery<Tagged> refused = lane.takeRefused();
    if (refused != null && unsettled.remove(refused.handle().tag()) != null) {
      taken.add(refused.handle().queued().again());
    }
    for (Tagged waiting : lane.takeWaiting()) {
      if (unsettled.remove(waiting.tag()) != null) {
        taken.add(waiting.queued());
      }
    }
    return taken;
  }

  /** What was nacked and not delivered again yet; it leaves the window. */
  List<QueuedMessage> takeRedeliveries() {
    List<QueuedMessage> taken = new ArrayList<>();
    for (TrackedDelivery<Tagged> nacked : lane.takeRedeliveries()) {
      if (unsettled.remove(nacked.handle().tag()) != null) {
        taken.add(again(nacked));
        nacked.settle();
      }
    }
    return taken;
  }

  /** How many deliveries the consumer has and has not settled. */
  int unsettled() {
    return lane.unsettled();
  }

  /** Whether it has something that may have to be delivered again. */
  boolean isHolding() {
    return !unsettled.isEmpty();
  }

  /** The message that is unsettled longest, if it is so for longer than a time. */
  Optional<Message> unsettledFor(Duration age) {
    var oldest = lane.unsettledFor(age);
    return oldest.isEmpty()
        ? Optional.empty()
        : Optional.ofNullable(unsettled.get(oldest.getAsLong())).map(QueuedMessage::message);
  }

  /**
   * Ends it: what is settled from now on does not count.
   *
   * @return what was left, in order, to be delivered again; nothing at a second call, but for what
   *     the subscription's thread was about to deliver at the first
   */
  List<QueuedMessage> close() {
    lane.close();
    List<QueuedMessage> left = new ArrayList<>();
    for (var next = unsettled.pollFirstEntry(); next != null; next = unsettled.pollFirstEntry()) {
      boolean delivered = next.getKey() <= lane.takenPosition();
      left.add(delivered ? next.getValue().again() : next.getValue());
    }
    return left;
  }

  boolean isClosed() {
    return lane.isClosed();
  }

  @Override
  public void ready() {
    listener.ready();
  }

  @Override
  public boolean acked(TrackedDelivery<Tagged> delivery) {
    return forget(delivery);
  }

  @Override
  public void discarded(TrackedDelivery<Tagged> delivery, Runnable done) {
    listener.discarded(
        delivery.message(),
        () -> {
          done.run();
          forget(delivery);
        });
  }

  /** Whether it was still to be settled. */
  private boolean forget(TrackedDelivery<Tagged> delivery) {
    QueuedMessage settled = unsettled.remove(delivery.handle().tag());
    if (settled != null) {
      settled.settled();
    }
    listener.settled();
    return settled != null;
  }

  /** With the count of deliveries that the nacked one has. */
  private static QueuedMessage again(TrackedDelivery<Tagged> nacked) {
    return new QueuedMessage(nacked.message(), nacked.handle().queued().echo()).again();
  }
}
