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
import java.util.function.Supplier;
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

  private record Waiting(LedgerChunk chunk, int index, long sinceNanos) {}

  private static final Logger LOG = LoggerFactory.getLogger(RedeliveryDelayQueue.class);

  /** How soon a delay that was made shorter takes effect. */
  private static final Duration LOOK_INTERVAL = Duration.ofSeconds(1);

  private final Queue<Waiting> queue = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean armed = new AtomicBoolean();
  private final Supplier<Duration> delay;
  private final ControlThread control;
  private final Executor pluginThreads;
  private volatile boolean closed;

  /**
   * None yet.
   *
   * @param delay asked again and again, as it may be edited
   * @param pluginThreads runs what calls the plugin
   */
  RedeliveryDelayQueue(Supplier<Duration> delay, ControlThread control, Executor pluginThreads) {
    this.delay = delay;
    this.control = control;
    this.pluginThreads = pluginThreads;
  }

  /** Has the ledger release a slot after the delay. */
  void add(LedgerChunk chunk, int index) {
    queue.add(new Waiting(chunk, index, System.nanoTime()));
    if (closed) {
      queue.clear(); // close() may have looked before
      return;
    }
    arm();
  }

  /** Forgets what waits, so that no timer goes on until the end of a long delay. */
  void close() {
    closed = true;
    queue.clear();
  }

  private void arm() {
    Waiting first = queue.peek();
    if (first == null || !armed.compareAndSet(false, true)) {
      return;
    }
    try {
      Duration rest = rest(first);
      Duration wait = rest.compareTo(LOOK_INTERVAL) < 0 ? rest : LOOK_INTERVAL;
      control.schedule(() -> pluginThreads.execute(this::releaseDue), wait);
    } catch (RejectedExecutionException e) {
      LOG.debug("The runtime has stopped; requeues are left to the backend");
    }
  }

  private void releaseDue() {
    Waiting first = queue.peek();
    while (first != null && rest(first).isZero() && queue.remove(first)) {
      first.chunk.ledger.releaseHeld(first.chunk, first.index);
      first = queue.peek();
    }
    armed.set(false);
    arm();
  }

  private Duration rest(Waiting waiting) {
    long waited = System.nanoTime() - waiting.sinceNanos;
    return Duration.ofNanos(Math.max(0, delay.get().toNanos() - waited));
  }
}
