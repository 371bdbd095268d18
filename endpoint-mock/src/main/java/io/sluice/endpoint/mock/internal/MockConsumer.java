/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.mock.internal;

import io.sluice.endpoint.Delivery;
import io.sluice.endpoint.EndpointException;
import io.sluice.endpoint.ErrorCode;
import io.sluice.endpoint.Message;
import io.sluice.endpoint.Qos;
import io.sluice.endpoint.support.delivery.DeliverySource;
import io.sluice.endpoint.support.delivery.DeliverySubscription;
import io.sluice.endpoint.support.lifecycle.EndpointMeter;
import io.sluice.endpoint.support.message.MessageSize;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One consumer of a queue: the source of one subscription.
 *
 * <p>The methods of {@link DeliverySource} and {@link #held} belong to the thread of the
 * subscription. When the connection breaks, whoever broke it gives back what is unsettled, and the
 * thread of the subscription starts anew when it comes by.
 */
final class MockConsumer implements DeliverySource, MockUnsettled.Listener {

  private static final Logger LOG = LoggerFactory.getLogger(MockConsumer.class);

  private final String endpoint;
  private final Qos qos;
  private final MockSettings.Consumer settings;
  private final MockQueue queue;
  private final MockBroker broker;
  private final MockConnection connection;
  private final EndpointMeter meter;
  private final DeliverySubscription subscription;

  private volatile MockUnsettled unsettled;
  private volatile boolean lost;
  private volatile boolean over;

  /** What was taken from the queue and did not fit into the window. */
  private volatile QueuedMessage held;

  MockConsumer(
      String endpoint,
      Qos qos,
      MockSettings.Consumer settings,
      MockQueue queue,
      MockBroker broker,
      MockConnection connection,
      EndpointMeter meter,
      DeliverySubscription subscription) {
    this.endpoint = endpoint;
    this.qos = qos;
    this.settings = settings;
    this.queue = queue;
    this.broker = broker;
    this.connection = connection;
    this.meter = meter;
    this.subscription = subscription;
    this.unsettled = new MockUnsettled(qos, settings, meter, this);
  }

  @Override
  public Delivery poll() {
    if (!connection.isUp()) {
      return null;
    }
    startAnewIfLost();
    Delivery again = unsettled.pollRedelivery();
    return again != null ? again : pollQueue();
  }

  @Override
  public void delivered(Delivery delivery) {
    unsettled.delivered();
    connection.delivered();
    startAnewIfLost();
    completeAtEnd();
  }

  @Override
  public void closed() {
    over = true;
    if (held != null) {
      broker.giveBack(queue, List.of(held));
      held = null;
    }
    broker.giveBack(queue, unsettled.refused());
    broker.giveBack(queue, unsettled.takeRedeliveries());
    if (unsettled.isClosed()) {
      release(); // what this thread was delivering when it was closed
    }
    broker.left(this);
  }

  /** There may be something for this consumer, or nothing any more. */
  void wakeUp() {
    completeAtEnd();
    subscription.wakeUp();
  }

  /** Ends the subscription; what it got may still be settled. */
  void complete() {
    subscription.complete();
  }

  void fail(EndpointException error) {
    subscription.fail(error);
  }

  /** The connection broke: what is unsettled goes back. Any thread. */
  void lost() {
    MockUnsettled before = unsettled;
    lost = true; // from here on the subscription's thread may replace it
    broker.giveBack(queue, before.close());
  }

  /** Gives back what is unsettled; settling it has no effect any more. Any thread. */
  void release() {
    broker.giveBack(queue, unsettled.close());
  }

  /** Whether its subscription has ended, though it may still be delivering the last message. */
  boolean isEnding() {
    return subscription.isClosed();
  }

  int unsettled() {
    return unsettled.size();
  }

  /** Whether it has something that may have to be delivered again. */
  boolean isHolding() {
    return held != null || unsettled.size() > 0;
  }

  /** A message that has been unsettled for too long. */
  Optional<String> trouble() {
    return unsettled
        .olderThan(settings.maxUnsettledAge())
        .map(
            message ->
                "message %s of client id '%s' is unsettled for more than %d ms"
                    .formatted(
                        message.id().orElse("-"),
                        queue.clientId(),
                        settings.maxUnsettledAge().toMillis()));
  }

  MockQueue queue() {
    return queue;
  }

  @Override
  public void ready() {
    if (over) {
      broker.giveBack(queue, unsettled.takeRedeliveries());
    } else {
      subscription.wakeUp();
    }
  }

  @Override
  public void settled() {
    if (queue.isAtEnd()) {
      queue.wakeUp();
    }
  }

  @Override
  public void discarded(Message message) {
    LOG.warn(
        "Endpoint '{}', client id '{}': message {} was discarded",
        endpoint,
        queue.clientId(),
        message.id().orElse("-"));
    if (settings.failureStrategy() == MockSettings.FailureStrategy.FAIL) {
      fail(
          new EndpointException(
              ErrorCode.REJECTED, "message " + message.id().orElse("-") + " was discarded"));
    }
  }

  private Delivery pollQueue() {
    QueuedMessage waiting = held == null ? queue.pollWaiting() : held;
    if (waiting != null) {
      return deliverOrHold(waiting);
    }
    if (!unsettled.hasRoom(queue.generatedSize())) {
      return null;
    }
    Message message = queue.pollGenerated();
    if (message == null) {
      completeAtEnd(); // others may have taken the last
      return null;
    }
    return unsettled.deliver(message);
  }

  private Delivery deliverOrHold(QueuedMessage waiting) {
    int bytes = MessageSize.of(waiting.message());
    if (!unsettled.hasRoom(bytes)) {
      held = waiting;
      return null;
    }
    Delivery delivery = unsettled.deliver(waiting, bytes);
    held = null;
    return delivery;
  }

  private void startAnewIfLost() {
    if (lost) {
      lost = false;
      release(); // what this thread was delivering when the connection broke
      unsettled = new MockUnsettled(qos, settings, meter, this);
    }
  }

  private void completeAtEnd() {
    if (queue.isAtEnd() && queue.isExhausted()) {
      subscription.complete();
    }
  }
}
