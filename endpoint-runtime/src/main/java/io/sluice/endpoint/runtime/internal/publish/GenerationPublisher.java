/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.runtime.internal.publish;

import io.sluice.endpoint.Receipt;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;

/** What one generation sends of a queue: one message after the other, in order. */
final class GenerationPublisher {

  private static final int MAX_MESSAGES_A_SLICE = 32;

  private final PublishQueue queue;
  private final PluginSender sender;
  private final Executor callbacks;
  private final AtomicInteger pumping = new AtomicInteger();

  /** Sent and not confirmed, in the order of sending; guarded by the queue. */
  final Set<PendingMessage> sent = new LinkedHashSet<>();

  /** Whether the generation is going away; guarded by the queue. */
  boolean draining;

  /** Whether the plugin has no room before its next receipt; guarded by the queue. */
  boolean full;

  GenerationPublisher(PublishQueue queue, PluginSender sender, Executor callbacks) {
    this.queue = queue;
    this.sender = sender;
    this.callbacks = callbacks;
  }

  boolean isReady() {
    return sender.isReady();
  }

  /**
   * Sends what the queue gives out, or a part of it: a caller does not work for all others, so that
   * a task goes on. Calls the plugin; any thread.
   */
  void pump() {
    if (pumping.getAndIncrement() == 0) {
      goOn();
    }
  }

  private void goOn() {
    int seen = pumping.get();
    do {
      if (sendSlice()) {
        callbacks.execute(this::goOn);
        return;
      }
      seen = pumping.addAndGet(-seen);
    } while (seen != 0);
  }

  void detach() {
    sender.detach();
  }

  /** Sends some messages; true if there may be more. */
  private boolean sendSlice() {
    for (int sent = 0; sent < MAX_MESSAGES_A_SLICE; sent++) {
      PendingMessage next = queue.take(this);
      if (next == null) {
        if (queue.isFinishedFor(this)) {
          sender.finish();
        }
        return false;
      }
      sender.send(next.message, receipt -> settle(next, receipt));
    }
    return true;
  }

  private void settle(PendingMessage message, Receipt receipt) {
    queue.settle(this, message, receipt);
  }
}
