/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.lifecycle;

import io.sluice.endpoint.EndpointException;
import io.sluice.endpoint.ErrorCode;
import io.sluice.endpoint.support.concurrent.Failure;
import io.sluice.endpoint.support.concurrent.SerialCalls;
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
 * connect, and says of each attempt what came of it.
 *
 * <p>Safe for use by many threads. Its state is guarded by this object; the listener, and the
 * endpoint's state, are told outside of it, in order.
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

  /** Begins to connect. */
  @FunctionalInterface
  public interface Connector {

    /**
     * Begins an attempt, without waiting for the backend; what it throws fails the attempt.
     *
     * @param attempt to be told what comes of it
     */
    void connect(Attempt attempt);
  }

  /** One attempt, and the connection that it makes. Safe for use by many threads. */
  public final class Attempt {

    private Attempt() {}

    /**
     * The connection is up.
     *
     * @return false if it is not wanted any more: then it is to be closed
     */
    public boolean connected() {
      return up(this);
    }

    /**
     * The attempt has failed, or the connection broke. Without effect if it is known already.
     *
     * @param error {@link ErrorCode#INVALID_CONFIGURATION} ends the attempts
     */
    public void lost(EndpointException error) {
      down(this, error);
    }
  }

  private enum State {
    IDLE,
    CONNECTING,
    UP,
    WAITING,
    CLOSED
  }

  private static final Logger LOG = LoggerFactory.getLogger(ReconnectLoop.class);

  private final Connector connector;
  private final Backoff backoff;
  private final EndpointLifecycle lifecycle;
  private final EndpointLifecycle.Link link;
  private final EndpointMeter meter;
  private final SharedWorkers workers;
  private final Listener listener;
  private final SerialCalls reports;

  private volatile State state = State.IDLE;
  private volatile EndpointException hindrance;
  private Attempt current;
  private boolean connectedBefore;
  private Future<?> next;

  /**
   * A connection that is not made yet.
   *
   * @param connector not null
   * @param backoff paces the attempts; belongs to this loop
   * @param link what the connection is in the endpoint's state
   */
  public ReconnectLoop(
      Connector connector,
      Backoff backoff,
      EndpointLifecycle lifecycle,
      EndpointLifecycle.Link link,
      EndpointMeter meter,
      SharedWorkers workers,
      Listener listener) {
    this.connector = Objects.requireNonNull(connector, "connector");
    this.backoff = backoff;
    this.lifecycle = lifecycle;
    this.link = link;
    this.meter = meter;
    this.workers = workers;
    this.listener = listener;
    this.reports = new SerialCalls("Endpoint '" + lifecycle.endpoint() + "'");
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

  private boolean up(Attempt attempt) {
    synchronized (this) {
      if (attempt != current || state != State.CONNECTING) {
        return false;
      }
      state = State.UP;
      hindrance = null;
      backoff.reset();
      if (connectedBefore) {
        meter.reconnected();
      }
      connectedBefore = true;
      reports.add(link::up);
      reports.add(listener::connected);
    }
    reports.make();
    return true;
  }

  private void down(Attempt attempt, EndpointException error) {
    synchronized (this) {
      boolean wasUp = state == State.UP;
      if (attempt != current || !wasUp && state != State.CONNECTING) {
        return;
      }
      if (error.code().equals(ErrorCode.INVALID_CONFIGURATION)) {
        giveUp(error);
      } else {
        state = State.WAITING;
        hindrance = error;
        reports.add(() -> link.down(error));
        if (wasUp) {
          reports.add(listener::lost);
        }
        backoff
            .next()
            .ifPresentOrElse(
                delay -> reports.add(() -> attemptAfter(delay)), () -> giveUp(usedUp(error)));
      }
    }
    reports.make();
  }

  /** Gives up. Without effect once closed. */
  public void fail(EndpointException error) {
    synchronized (this) {
      if (state == State.CLOSED) {
        return;
      }
      giveUp(error);
    }
    reports.make();
  }

  private void giveUp(EndpointException error) {
    hindrance = error;
    end();
    // First: a host that stops the endpoint on hearing of its state finds everything failed.
    reports.add(() -> listener.failed(error));
    reports.add(() -> lifecycle.failed(error));
  }

  /** Ends the attempts for good, without a report; there is no such link any more. Idempotent. */
  public void close() {
    synchronized (this) {
      end();
      reports.add(link::close);
    }
    reports.make();
  }

  private void end() {
    state = State.CLOSED;
    if (next != null) {
      next.cancel(false);
    }
  }

  private void attempt(State before) {
    Attempt begun = new Attempt();
    synchronized (this) {
      if (state != before) {
        return;
      }
      state = State.CONNECTING;
      current = begun;
    }
    try {
      connector.connect(begun);
    } catch (RuntimeException | Error e) {
      down(begun, Failure.of(e));
    }
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
