/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.runtime.internal.pipe;

import io.sluice.endpoint.Delivery;
import io.sluice.endpoint.Nack;
import io.sluice.endpoint.runtime.internal.control.ControlThread;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;

/**
 * Holds back deliveries that the target has rejected for now before it asks the source to deliver
 * them again: at once, the two would keep each other busy. The pause doubles with each rejection in
 * a row. The source's window of unsettled deliveries bounds what is held. Safe for use by many
 * threads.
 */
final class RequeueBackoff {

  private static final long MIN_DELAY_MILLIS = 50;
  private static final int MAX_DOUBLINGS = 7;

  private final ControlThread control;
  private final Set<Delivery> paused = ConcurrentHashMap.newKeySet();
  private volatile int rejections;

  RequeueBackoff(ControlThread control) {
    this.control = control;
  }

  /** Requeues a delivery after a pause. */
  void add(Delivery delivery) {
    // Receipts come serially, so that only reset() can write it at the same time.
    int doublings = rejections;
    rejections = Math.min(MAX_DOUBLINGS, doublings + 1);
    paused.add(delivery);
    try {
      control.schedule(() -> requeue(delivery), Duration.ofMillis(MIN_DELAY_MILLIS << doublings));
    } catch (RejectedExecutionException e) {
      requeue(delivery); // the runtime stops
    }
  }

  /** The target takes messages again. */
  void reset() {
    if (rejections != 0) {
      rejections = 0;
    }
  }

  /** Requeues all now. */
  void flush() {
    paused.forEach(this::requeue);
  }

  int size() {
    return paused.size();
  }

  private void requeue(Delivery delivery) {
    if (paused.remove(delivery)) {
      delivery.nack(Nack.REQUEUE);
    }
  }
}
