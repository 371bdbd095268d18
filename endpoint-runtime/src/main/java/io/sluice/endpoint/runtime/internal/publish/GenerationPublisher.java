/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.runtime.internal.publish;

import io.sluice.endpoint.Receipt;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/** What one generation sends of a queue: one message after the other, in order. */
final class GenerationPublisher {

  private final PublishQueue queue;
  private final PluginSender sender;
  private final AtomicInteger pumping = new AtomicInteger();

  /** Sent and not confirmed, in the order of sending; guarded by the queue. */
  final Set<PendingMessage> sent = new LinkedHashSet<>();

  /** Whether the generation is going away; guarded by the queue. */
  boolean draining;

  /** Whether the plugin has no room just now; guarded by the queue. */
  boolean paused;

  GenerationPublisher(PublishQueue queue, PluginSender sender) {
    this.queue = queue;
    this.sender = sender;
  }

  boolean isReady() {
    return sender.isReady();
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

  void detach() {
    sender.detach();
  }

  private void sendAll() {
    PendingMessage next = queue.take(this);
    while (next != null) {
      PendingMessage message = next;
      sender.send(message.message, receipt -> settle(message, receipt));
      next = queue.take(this);
    }
    if (queue.isFinishedFor(this)) {
      sender.finish();
    }
  }

  private void settle(PendingMessage message, Receipt receipt) {
    queue.settle(this, message, receipt);
  }
}
