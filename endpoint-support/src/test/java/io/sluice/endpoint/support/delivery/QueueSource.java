/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.delivery;

import io.sluice.endpoint.Delivery;
import io.sluice.endpoint.Message;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** A source that the test fills; keeps what it was told. */
class QueueSource implements DeliverySource {

  final Queue<Delivery> ready = new ConcurrentLinkedQueue<>();
  final List<Delivery> delivered = new CopyOnWriteArrayList<>();
  final AtomicInteger polls = new AtomicInteger();
  final AtomicInteger closed = new AtomicInteger();

  QueueSource fill(int count) {
    for (int i = 0; i < count; i++) {
      ready.add(Delivery.settled(Message.of("message " + i)));
    }
    return this;
  }

  @Override
  public Delivery poll() {
    polls.incrementAndGet();
    return ready.poll();
  }

  @Override
  public void delivered(Delivery delivery) {
    delivered.add(delivery);
  }

  @Override
  public void closed() {
    closed.incrementAndGet();
  }
}
