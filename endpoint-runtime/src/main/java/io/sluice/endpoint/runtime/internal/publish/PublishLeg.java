/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.runtime.internal.publish;

import io.sluice.endpoint.Receipt;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/** What one generation sends of a queue: one message after the other, in order. */
final class PublishLeg {

  private final PublishQueue queue;
  private final Outlet outlet;
  private final AtomicInteger pumping = new AtomicInteger();

  /** Sent and not confirmed, in the order of sending; guarded by the queue. */
  final Set<PendingMessage> sent = new LinkedHashSet<>();

  /** Whether the generation is going away; guarded by the queue. */
  boolean draining;

  /** Whether the plugin has no room just now; guarded by the queue. */
  boolean paused;

  PublishLeg(PublishQueue queue, Outlet outlet) {
    this.queue = queue;
    this.outlet = outlet;
  }

  boolean isReady() {
    return outlet.isReady();
  }

  /** Sends what the queue gives out. Calls the plugin; any thread. */
  void pump() {
    if (pumping.getAndIncrement() != 0) {
      return;
    }
    int seen = 1;
    do {
      sendAll();
      seen = pumping.addAndGet(-seen);
    } while (seen != 0);
  }

  void cut() {
    outlet.cut();
  }

  private void sendAll() {
    PendingMessage next = queue.take(this);
    while (next != null) {
      PendingMessage message = next;
      outlet.send(message.message, receipt -> settle(message, receipt));
      next = queue.take(this);
    }
    if (queue.isFinishedFor(this)) {
      outlet.finish();
    }
  }

  private void settle(PendingMessage message, Receipt receipt) {
    queue.settle(this, message, receipt);
  }
}
