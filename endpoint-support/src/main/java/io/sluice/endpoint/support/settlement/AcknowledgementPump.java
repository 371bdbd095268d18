/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.settlement;

import io.sluice.endpoint.support.concurrent.SerialTask;
import java.util.HashSet;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;

/**
 * Tells a backend what a consumer has settled, where one acknowledgement stands for all messages
 * before it (AMQP 0-9-1, {@code basic.ack} with {@code multiple}). Positions are consecutive
 * numbers, such as delivery tags. What is settled within a moment goes into one acknowledgement, so
 * that there are few under load and one a message when idle; the backend is told at once when it is
 * much, as it may wait for that.
 *
 * <p>{@link #advanced}, {@link #discard} and {@link #close} may be called by any thread. One thread
 * alone tells the backend.
 */
public final class AcknowledgementPump {

  /** The way to the backend. Called on the executor; must not throw. */
  public interface Backend {

    /**
     * Acknowledges a message.
     *
     * @param multiple whether all before it that are neither acknowledged nor discarded are meant,
     *     too
     */
    void acknowledge(long position, boolean multiple);

    /** Refuses a message for good. */
    void discard(long position);
  }

  private record Discard(long position, Runnable done) {}

  private final LongSupplier settledPosition;
  private final Backend backend;
  private final SerialTask task;
  private final Executor later;
  private final int much;
  private final AtomicBoolean reminded = new AtomicBoolean();
  private final Queue<Discard> discards = new ConcurrentLinkedQueue<>();

  /** Up to here the backend knows all; written by the executor. */
  private volatile long acknowledged;

  private volatile boolean closed;

  // Owned by the executor.

  /** What was discarded after it. */
  private final Set<Long> discarded = new HashSet<>();

  /**
   * A pump with nothing to tell.
   *
   * @param executor of one thread; must not run tasks on the thread that hands them over
   * @param later runs tasks on the same thread after a moment
   * @param first position of the first message
   * @param much so many messages are acknowledged without waiting for a moment; at least 1
   * @param settledPosition of the window: the position up to which all is settled; {@link
   *     AcknowledgementWindow#NONE} if nothing is
   */
  public AcknowledgementPump(
      Executor executor,
      Executor later,
      long first,
      int much,
      LongSupplier settledPosition,
      Backend backend) {
    this.later = later;
    this.much = much;
    this.acknowledged = first - 1;
    this.settledPosition = settledPosition;
    this.backend = backend;
    this.task = SerialTask.idle(executor, this::tell, this::close);
  }

  /** The settled position has moved on. */
  public void advanced() {
    if (settledPosition.getAsLong() - acknowledged >= much) {
      task.signal();
    } else if (!reminded.getAndSet(true)) {
      remind();
    }
  }

  private void remind() {
    try {
      later.execute(this::tellReminded);
    } catch (RejectedExecutionException e) {
      task.signal(); // the executor ends, and runs at most what it has
    }
  }

  private void tellReminded() {
    reminded.getAndSet(false); // a read, too: it sees what was settled before it was set
    tell();
  }

  /**
   * A message was refused for good. The backend is told so before anything that includes it is
   * acknowledged.
   *
   * @param done settles the message in the window; runs on the executor when the backend has been
   *     told, or never, if the pump is closed before
   */
  public void discard(long position, Runnable done) {
    discards.add(new Discard(position, done));
    task.signal();
  }

  /**
   * Tells the backend now what has been settled so far, as the last word before a connection is
   * closed. On the executor's thread only.
   */
  public void flush() {
    tell();
  }

  /** Tells nothing more: the positions mean nothing to the next connection. Idempotent. */
  public void close() {
    closed = true;
  }

  private boolean tell() {
    for (Discard next = discards.poll(); next != null && !closed; next = discards.poll()) {
      discarded.add(next.position());
      backend.discard(next.position());
      next.done().run();
    }
    long settled = settledPosition.getAsLong();
    if (!closed && settled > acknowledged) {
      acknowledge(settled);
    }
    return false;
  }

  private void acknowledge(long settled) {
    long position = settled;
    while (position > acknowledged && discarded.remove(position)) {
      position--; // a backend refuses the acknowledgement of what it has been told of
    }
    if (position > acknowledged) {
      backend.acknowledge(position, position > acknowledged + 1);
    }
    discarded.removeIf(each -> each <= settled);
    acknowledged = settled;
  }
}
