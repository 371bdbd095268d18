/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.mock.internal;

import io.sluice.endpoint.Delivery;
import io.sluice.endpoint.EndpointException;
import io.sluice.endpoint.Message;
import io.sluice.endpoint.Qos;
import io.sluice.endpoint.support.delivery.ConsumerRegistry;
import io.sluice.endpoint.support.delivery.DeliverySource;
import io.sluice.endpoint.support.delivery.DeliverySubscription;
import io.sluice.endpoint.support.lifecycle.EndpointMeter;
import io.sluice.endpoint.support.publishing.DiscardedMessages;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * One consumer of a queue: the source of one subscription.
 *
 * <p>The methods of {@link DeliverySource} belong to the thread of the subscription. When the
 * connection breaks, the thread that broke it gives back what is unsettled, and the thread of the
 * subscription starts anew when it comes by.
 */
final class MockSubscription implements DeliverySource, ConsumerRegistry.Member, MockLane.Listener {

  private final Qos qos;
  private final MockSettings.Consumer settings;
  private final ClientQueue queue;
  private final Optional<MockPosition> position;
  private final Broker broker;
  private final MockConnection connection;
  private final DiscardedMessages discarded;
  private final EndpointMeter meter;
  private final DeliverySubscription subscription;

  private final CompletableFuture<Void> ended = new CompletableFuture<>();

  private volatile MockLane lane;
  private volatile boolean opened;
  private volatile boolean lost;
  private volatile boolean over;
  private volatile boolean fetching;

  MockSubscription(
      Qos qos,
      MockSettings.Consumer settings,
      ClientQueue queue,
      Optional<MockPosition> position,
      Broker broker,
      MockConnection connection,
      DiscardedMessages discarded,
      EndpointMeter meter,
      DeliverySubscription subscription) {
    this.qos = qos;
    this.settings = settings;
    this.queue = queue;
    this.position = position;
    this.broker = broker;
    this.connection = connection;
    this.discarded = discarded;
    this.meter = meter;
    this.subscription = subscription;
    this.lane = newLane();
  }

  private MockLane newLane() {
    return new MockLane(subscription.endpoint(), qos, settings, meter, this);
  }

  @Override
  public void open() {
    broker.join(this, position);
    opened = true;
    wakeUp();
  }

  @Override
  public Delivery poll() {
    if (!opened || !connection.isUp()) {
      return null;
    }
    startAnewIfLost();
    if (!lane.isWaiting()) {
      takeFromQueue();
    }
    return lane.poll();
  }

  @Override
  public void delivered(Delivery delivery) {
    lane.delivered();
    connection.delivered();
    startAnewIfLost();
    completeAtEnd();
  }

  @Override
  public void closed() {
    over = true;
    broker.giveBack(queue, lane.takeBack());
    if (lane.isClosed()) {
      giveBack(); // what this thread was delivering when it was closed
    }
    broker.left(this);
    endIfSettled();
  }

  /** It has ended when its subscription is over and all is settled, or when it is closed. */
  private void endIfSettled() {
    if (over && !lane.isHolding()) {
      ended.complete(null);
    }
  }

  /** There may be something for this consumer, or nothing any more. */
  void wakeUp() {
    completeAtEnd();
    subscription.wakeUp();
  }

  /** Ends the subscription; what it got may still be settled, until it is closed. */
  @Override
  public void stop(Duration drain, boolean successor) {
    subscription.complete();
  }

  @Override
  public void fail(EndpointException error) {
    subscription.fail(error);
  }

  @Override
  public CompletableFuture<Void> ended() {
    return ended;
  }

  /** The connection broke: what is unsettled goes back. Any thread. */
  void lost() {
    MockLane before = lane;
    lost = true; // from here on the subscription's thread may replace it
    broker.giveBack(queue, before.close());
  }

  /** Gives back what is unsettled; settling it has no effect any more. */
  @Override
  public void close() {
    giveBack();
    ended.complete(null);
  }

  private void giveBack() {
    broker.giveBack(queue, lane.close());
  }

  /** Whether its subscription has ended, though it may still be delivering the last message. */
  @Override
  public boolean isLingering() {
    return subscription.isClosed();
  }

  /** Whether it takes no more messages. */
  boolean isOver() {
    return over;
  }

  @Override
  public long unsettled() {
    return lane.unsettled();
  }

  /** Messages wait for a client id, not for a consumer. */
  @Override
  public long lag() {
    return -1;
  }

  /** Whether it has something that may have to be delivered again. */
  boolean isHolding() {
    return fetching || lane.isHolding();
  }

  /** A message that has been unsettled for too long. */
  Optional<String> trouble() {
    return lane.unsettledFor(settings.unsettled().age())
        .map(
            message ->
                "message %s of client id '%s' is unsettled for more than %d ms"
                    .formatted(
                        message.id().orElse("-"),
                        queue.clientId(),
                        settings.unsettled().age().toMillis()));
  }

  ClientQueue queue() {
    return queue;
  }

  @Override
  public void ready() {
    if (over) {
      broker.giveBack(queue, lane.takeRedeliveries());
      endIfSettled();
    } else {
      subscription.wakeUp();
    }
  }

  @Override
  public void settled() {
    endIfSettled();
    if (queue.isAtEnd()) {
      queue.wakeUp();
    }
  }

  @Override
  public void discarded(Message message, Runnable done) {
    discarded.discard(message, queue.clientId(), done, this::fail);
  }

  private void takeFromQueue() {
    fetching = true; // what is neither in the queue nor in the lane is held all the same
    try {
      fetch();
    } finally {
      fetching = false;
    }
    if (queue.isExhausted()) {
      queue.wakeUp(); // for a consumer that looked meanwhile, this one held something
    }
  }

  private void fetch() {
    QueuedMessage waiting = queue.pollWaiting();
    if (waiting != null) {
      lane.add(waiting);
    } else if (lane.hasRoom(queue.generatedSize())) {
      Message message = queue.pollGenerated();
      if (message != null) {
        lane.add(new QueuedMessage(message, null));
      }
    }
  }

  private void startAnewIfLost() {
    if (lost) {
      lost = false;
      giveBack(); // what this thread was delivering when the connection broke
      lane = newLane();
    }
  }

  private void completeAtEnd() {
    if (queue.isExhausted()) {
      subscription.complete();
    }
  }
}
