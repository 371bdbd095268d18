/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.mock.internal;

import io.sluice.endpoint.Delivery;
import io.sluice.endpoint.Message;
import io.sluice.endpoint.Nack;
import io.sluice.endpoint.Qos;
import io.sluice.endpoint.support.lifecycle.EndpointMeter;
import io.sluice.endpoint.support.message.MessageSize;
import io.sluice.endpoint.support.settlement.AcknowledgementWindow;
import io.sluice.endpoint.support.settlement.DeliveryTracker;
import io.sluice.endpoint.support.settlement.RedeliveryQueue;
import io.sluice.endpoint.support.settlement.Settlements;
import io.sluice.endpoint.support.settlement.TrackedDelivery;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * What one consumer got over one connection and has not settled: settles it as the QoS says,
 * delivers it again, and gives back what is left.
 *
 * <p>{@link #hasRoom}, {@link #pollRedelivery}, {@link #deliver} and {@link #delivered} belong to
 * the thread of the subscription; the others may be called by any.
 */
final class MockUnsettled implements Settlements {

  /** What the consumer does about settlements. */
  interface Listener {

    /** There is room again, or something to deliver again. */
    void ready();

    /** A message was settled. */
    void settled();

    /** A message was refused for good; it counts as settled. */
    void discarded(Message message);
  }

  private final DeliveryTracker tracker;
  private final EndpointMeter meter;
  private final Listener listener;
  private final RedeliveryQueue<TrackedDelivery> redeliveries = new RedeliveryQueue<>();
  private final Map<Long, MockEcho> echoes = new ConcurrentHashMap<>();
  private final AtomicInteger size = new AtomicInteger();

  /** The unsettled deliveries, by sequence modulo the capacity. */
  private final AtomicReferenceArray<TrackedDelivery> open;

  private final Qos qos;
  private long position;

  /** What the consumer is taking just now, under {@code AUTO}. */
  private Message inHand;

  private MockEcho inHandEcho;

  MockUnsettled(Qos qos, MockSettings.Consumer settings, EndpointMeter meter, Listener listener) {
    this.qos = qos;
    this.meter = meter;
    this.listener = listener;
    // Under the other levels a message is settled before the next one is delivered.
    int capacity = qos == Qos.AT_LEAST_ONCE ? settings.maxUnsettled() : 1;
    this.open = new AtomicReferenceArray<>(qos == Qos.AT_LEAST_ONCE ? capacity : 0);
    this.tracker =
        new DeliveryTracker(
            qos,
            new AcknowledgementWindow(capacity, settings.maxUnsettledBytes(), listener::ready),
            this,
            meter);
  }

  boolean hasRoom(int bytes) {
    return tracker.hasRoom(bytes);
  }

  /** The next delivery of a message that was nacked; null if there is none. */
  Delivery pollRedelivery() {
    TrackedDelivery nacked = redeliveries.poll();
    if (nacked == null) {
      return null;
    }
    TrackedDelivery again = nacked.again();
    // Whoever has closed this meanwhile has given the message back.
    return open.compareAndSet(slot(nacked), nacked, again) ? again : null;
  }

  /** A delivery of a generated message. */
  Delivery deliver(Message message) {
    return deliver(message, MessageSize.of(message), null);
  }

  /** A delivery of a message that came back or was echoed. */
  Delivery deliver(QueuedMessage queued, int bytes) {
    if (queued.isRedelivery()) {
      meter.redelivered();
    }
    return deliver(queued.message(), bytes, queued.echo());
  }

  /** The consumer has taken the last delivery. */
  void delivered() {
    tracker.delivered();
    inHand = null;
    if (inHandEcho != null) {
      inHandEcho.settled();
      inHandEcho = null;
    }
  }

  /** What the consumer did not take, as it threw something; to be delivered again. */
  List<QueuedMessage> refused() {
    if (inHand == null) {
      return List.of();
    }
    QueuedMessage refused = new QueuedMessage(inHand, inHandEcho).again();
    inHand = null;
    inHandEcho = null;
    return List.of(refused);
  }

  /** What was nacked and not delivered again yet; it leaves the window. */
  List<QueuedMessage> takeRedeliveries() {
    List<QueuedMessage> taken = new ArrayList<>();
    for (TrackedDelivery next = redeliveries.poll(); next != null; next = redeliveries.poll()) {
      if (remove(next)) {
        taken.add(returned(next));
        next.settle();
      }
    }
    return taken;
  }

  int size() {
    return size.get();
  }

  /** The message that is unsettled longest, if it is so for longer than a time. */
  Optional<Message> olderThan(Duration age) {
    AcknowledgementWindow window = tracker.window();
    if (open.length() == 0 || window.oldestUnsettledAge().compareTo(age) <= 0) {
      return Optional.empty();
    }
    long oldest = window.oldestUnsettledPosition();
    return oldest == AcknowledgementWindow.NONE
        ? Optional.empty()
        : Optional.ofNullable(open.get((int) (oldest % open.length())))
            .map(TrackedDelivery::message);
  }

  /**
   * Ends it: what is settled from now on does not count.
   *
   * @return what was left, in order, to be delivered again; nothing at a second call, but for what
   *     the subscription's thread was about to deliver at the first
   */
  List<QueuedMessage> close() {
    tracker.window().close();
    redeliveries.clear();
    List<TrackedDelivery> left = new ArrayList<>();
    for (int i = 0; i < open.length(); i++) {
      TrackedDelivery delivery = open.getAndSet(i, null);
      if (delivery != null) {
        size.decrementAndGet();
        left.add(delivery);
      }
    }
    left.sort((a, b) -> Long.compare(a.sequence(), b.sequence()));
    return left.stream().map(this::returned).toList();
  }

  boolean isClosed() {
    return tracker.window().isClosed();
  }

  @Override
  public void acked(TrackedDelivery delivery) {
    forget(delivery);
  }

  @Override
  public void nacked(TrackedDelivery delivery, Nack how) {
    if (how == Nack.REQUEUE) {
      redeliveries.add(delivery.sequence(), delivery);
      listener.ready();
      return;
    }
    meter.failed();
    forget(delivery);
    delivery.settle();
    listener.discarded(delivery.message());
  }

  private Delivery deliver(Message message, int bytes, MockEcho echo) {
    if (qos == Qos.AUTO) {
      inHand = message;
      inHandEcho = echo;
    } else if (echo != null && qos != Qos.AT_LEAST_ONCE) {
      echo.settled();
    }
    Delivery delivery = tracker.deliver(position++, message, bytes);
    if (delivery instanceof TrackedDelivery tracked) {
      keep(tracked, echo);
    }
    return delivery;
  }

  private void keep(TrackedDelivery delivery, MockEcho echo) {
    if (echo != null) {
      echoes.put(delivery.sequence(), echo);
    }
    size.incrementAndGet();
    open.set(slot(delivery), delivery);
  }

  /** Its place in the window is still taken, so nobody else uses the slot. */
  private boolean remove(TrackedDelivery delivery) {
    boolean present = open.compareAndSet(slot(delivery), delivery, null);
    if (present) {
      size.decrementAndGet();
    }
    return present;
  }

  private void forget(TrackedDelivery delivery) {
    remove(delivery);
    MockEcho echo = echoes.remove(delivery.sequence());
    if (echo != null) {
      echo.settled();
    }
    listener.settled();
  }

  private QueuedMessage returned(TrackedDelivery delivery) {
    return new QueuedMessage(delivery.message(), echoes.remove(delivery.sequence())).again();
  }

  private int slot(TrackedDelivery delivery) {
    return (int) (delivery.sequence() % open.length());
  }
}
