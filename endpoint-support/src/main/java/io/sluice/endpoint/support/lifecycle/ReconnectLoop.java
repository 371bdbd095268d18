/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.lifecycle;

import io.sluice.endpoint.EndpointException;
import io.sluice.endpoint.ErrorCode;
import io.sluice.endpoint.support.concurrent.SharedWorkers;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps one connection to a backend: has it made, and made again when it is lost, after a while,
 * until the attempts are used up; and reports what becomes of it. The endpoint knows how to
 * connect, and says what came of it.
 *
 * <p>Safe for use by many threads. Its state is guarded by this object; the listener is called
 * outside of it.
 */
public final class ReconnectLoop {

  /** Hears what becomes of the connection. Must not block. */
  @FunctionalInterface
  public interface Listener {

    /** The connection is up, for the first time or again. */
    default void connected() {}

    /** The connection was up and broke; it will be made again. */
    default void lost() {}

    /**
     * There will be no connection any more. Called before the endpoint's state tells so.
     *
     * @param error not null
     */
    void failed(EndpointException error);
  }

  private enum State {
    IDLE,
    CONNECTING,
    UP,
    WAITING,
    CLOSED
  }

  private static final Logger LOG = LoggerFactory.getLogger(ReconnectLoop.class);

  private final Runnable connect;
  private final Backoff backoff;
  private final EndpointLifecycle lifecycle;
  private final EndpointLifecycle.Link link;
  private final EndpointMeter meter;
  private final SharedWorkers workers;
  private final Listener listener;

  private volatile State state = State.IDLE;
  private volatile EndpointException hindrance;
  private boolean connectedBefore;
  private Future<?> next;

  /**
   * A connection that is not made yet.
   *
   * @param connect begins an attempt, without waiting for the backend; what comes of it is told by
   *     {@link #connected} or {@link #lost}
   * @param backoff paces the attempts; belongs to this loop
   * @param link what the connection is in the endpoint's state
   */
  public ReconnectLoop(
      Runnable connect,
      Backoff backoff,
      EndpointLifecycle lifecycle,
      EndpointLifecycle.Link link,
      EndpointMeter meter,
      SharedWorkers workers,
      Listener listener) {
    this.connect = Objects.requireNonNull(connect, "connect");
    this.backoff = backoff;
    this.lifecycle = lifecycle;
    this.link = link;
    this.meter = meter;
    this.workers = workers;
    this.listener = listener;
  }

  /** Begins the first attempt, on the calling thread. */
  public void open() {
    attempt(State.IDLE);
  }

  /** Whether the connection is up. */
  public boolean isUp() {
    return state == State.UP;
  }

  /** Why the connection is not up, since the last attempt; empty while it is or was not tried. */
  public Optional<EndpointException> hindrance() {
    return Optional.ofNullable(hindrance);
  }

  /** The attempt has succeeded. Without effect unless one is under way. */
  public void connected() {
    synchronized (this) {
      if (state != State.CONNECTING) {
        return;
      }
      state = State.UP;
      hindrance = null;
      backoff.reset();
      if (connectedBefore) {
        meter.reconnected();
      }
      connectedBefore = true;
      link.up();
    }
    listener.connected();
  }

  /**
   * The attempt has failed, or the connection broke. Without effect unless one of them is there.
   *
   * @param error {@link ErrorCode#INVALID_CONFIGURATION} ends the attempts
   */
  public void lost(EndpointException error) {
    if (error.code().equals(ErrorCode.INVALID_CONFIGURATION)) {
      fail(error);
      return;
    }
    boolean wasUp;
    Optional<Duration> delay;
    synchronized (this) {
      if (state != State.CONNECTING && state != State.UP) {
        return;
      }
      wasUp = state == State.UP;
      state = State.WAITING;
      hindrance = error;
      link.down(error);
      delay = backoff.next();
    }
    if (wasUp) {
      listener.lost();
    }
    delay.ifPresentOrElse(this::attemptAfter, () -> fail(usedUp(error)));
  }

  /** Gives up. Without effect once closed. */
  public void fail(EndpointException error) {
    synchronized (this) {
      if (state == State.CLOSED) {
        return;
      }
      hindrance = error;
      end();
    }
    listener.failed(error); // who stops it on hearing of the state finds everything failed
    lifecycle.failed(error);
  }

  /** Ends the attempts for good, without a report. Idempotent. */
  public synchronized void close() {
    end();
  }

  private void end() {
    state = State.CLOSED;
    if (next != null) {
      next.cancel(false);
    }
  }

  private void attempt(State before) {
    synchronized (this) {
      if (state != before) {
        return;
      }
      state = State.CONNECTING;
    }
    connect.run();
  }

  private synchronized void attemptAfter(Duration delay) {
    if (state != State.WAITING) {
      return;
    }
    try {
      next = workers.after(delay, () -> attempt(State.WAITING));
    } catch (RejectedExecutionException e) {
      LOG.debug("The bundle has stopped", e);
    }
  }

  private static EndpointException usedUp(EndpointException error) {
    return EndpointException.builder(
            error.code(), "reconnect.maxAttempts are used up: " + error.getMessage())
        .cause(error)
        .build();
  }
}
