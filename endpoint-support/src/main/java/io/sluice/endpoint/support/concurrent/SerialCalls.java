/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.concurrent;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls of foreign code that are decided under a lock and made outside of it: one after the other,
 * in the order in which they were added. The thread that finds no other at it makes all calls, also
 * those that are added meanwhile. Safe for use by many threads.
 */
public final class SerialCalls {

  private static final Logger LOG = LoggerFactory.getLogger(SerialCalls.class);

  private final String owner;
  private final Queue<Runnable> calls = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean calling = new AtomicBoolean();

  /**
   * No calls.
   *
   * @param owner whose calls they are, for the log
   */
  public SerialCalls(String owner) {
    this.owner = owner;
  }

  /** Adds a call. What it throws is logged, and does not keep others from being made. */
  public void add(Runnable call) {
    calls.add(call);
  }

  /** Makes the calls, unless another thread, or a caller of this one, is at it. Without a lock. */
  public void make() {
    while (!calls.isEmpty() && calling.compareAndSet(false, true)) {
      try {
        for (Runnable call = calls.poll(); call != null; call = calls.poll()) {
          guarded(call);
        }
      } finally {
        calling.set(false);
      }
    }
  }

  private void guarded(Runnable call) {
    try {
      call.run();
    } catch (RuntimeException | Error e) {
      LOG.error("{}: a listener threw; the others are told all the same", owner, e);
    }
  }
}
