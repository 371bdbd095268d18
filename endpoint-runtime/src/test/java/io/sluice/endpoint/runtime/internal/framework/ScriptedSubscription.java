/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.runtime.internal.framework;

import io.sluice.endpoint.Delivery;
import io.sluice.endpoint.Message;
import io.sluice.endpoint.Nack;
import io.sluice.endpoint.support.delivery.DeliverySource;
import io.sluice.endpoint.support.delivery.DeliverySubscription;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

/** One consumer of a topic; what it has not settled goes back to the broker. */
final class ScriptedSubscription implements DeliverySource {

  private final ScriptedBroker broker;
  private final String topic;
  private final Runnable wakeUp;
  private final Set<Unsettled> unsettled = ConcurrentHashMap.newKeySet();

  ScriptedSubscription(ScriptedBroker broker, String topic, DeliverySubscription subscription) {
    this.broker = broker;
    this.topic = topic;
    this.wakeUp = subscription::wakeUp;
    broker.wake(wakeUp);
  }

  @Override
  public Delivery poll() {
    Message message = broker.poll(topic);
    if (message == null) {
      return null;
    }
    Unsettled delivery = new Unsettled(message);
    unsettled.add(delivery);
    return delivery;
  }

  @Override
  public void closed() {
    broker.forget(wakeUp);
  }

  boolean isSettled() {
    return unsettled.isEmpty();
  }

  void giveBack() {
    unsettled.forEach(delivery -> delivery.nack(Nack.REQUEUE));
  }

  private final class Unsettled implements Delivery {
    private final Message message;
    private final AtomicBoolean settled = new AtomicBoolean();

    Unsettled(Message message) {
      this.message = message;
    }

    @Override
    public Message message() {
      return message;
    }

    @Override
    public void ack() {
      if (settled.compareAndSet(false, true)) {
        broker.acknowledged.add(message.text());
        unsettled.remove(this);
      }
    }

    @Override
    public void nack(Nack how) {
      if (settled.compareAndSet(false, true)) {
        if (how == Nack.REQUEUE) {
          broker.giveBack(topic, message);
        }
        unsettled.remove(this);
      }
    }
  }
}
