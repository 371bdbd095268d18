/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.runtime.internal.stream;

import io.sluice.endpoint.Delivery;
import io.sluice.endpoint.runtime.internal.control.ControlThread;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The requeues of one ledger that wait for the redelivery delay. As the delay is the same for all,
 * they fall due in the order in which they came, and one timer serves them. Safe for use by many
 * threads.
 */
final class RedeliveryDelayQueue {

  /** What a slot of the ledger holds meanwhile. */
  record Held(Delivery plugin) {}

  private record Due(LedgerChunk chunk, int index, long nanos) {}

  private static final Logger LOG = LoggerFactory.getLogger(RedeliveryDelayQueue.class);

  private final Queue<Due> queue = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean armed = new AtomicBoolean();
  private final Duration delay;
  private final ControlThread control;
  private final Executor pluginThreads;

  /**
   * None yet.
   *
   * @param pluginThreads runs what calls the plugin
   */
  RedeliveryDelayQueue(Duration delay, ControlThread control, Executor pluginThreads) {
    this.delay = delay;
    this.control = control;
    this.pluginThreads = pluginThreads;
  }

  /** Has the ledger release a slot after the delay. */
  void add(LedgerChunk chunk, int index) {
    queue.add(new Due(chunk, index, System.nanoTime() + delay.toNanos()));
    arm();
  }

  private void arm() {
    Due first = queue.peek();
    if (first == null || !armed.compareAndSet(false, true)) {
      return;
    }
    try {
      Duration wait = Duration.ofNanos(Math.max(0, first.nanos - System.nanoTime()));
      control.schedule(() -> pluginThreads.execute(this::releaseDue), wait);
    } catch (RejectedExecutionException e) {
      LOG.debug("The runtime has stopped; requeues are left to the backend");
    }
  }

  private void releaseDue() {
    Due first = queue.peek();
    while (first != null && first.nanos - System.nanoTime() <= 0) {
      queue.poll();
      first.chunk.ledger.releaseHeld(first.chunk, first.index);
      first = queue.peek();
    }
    armed.set(false);
    arm();
  }
}
