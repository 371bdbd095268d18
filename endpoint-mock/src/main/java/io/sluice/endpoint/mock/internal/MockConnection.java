/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.mock.internal;

import io.sluice.endpoint.EndpointException;
import io.sluice.endpoint.ErrorCode;
import io.sluice.endpoint.support.concurrent.SharedWorkers;
import io.sluice.endpoint.support.lifecycle.Backoff;
import io.sluice.endpoint.support.lifecycle.EndpointLifecycle;
import io.sluice.endpoint.support.lifecycle.EndpointMeter;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Future;

/**
 * The connection to a backend that is not there: takes its time to come up, breaks and fails when
 * the faults say so, and comes back. It alone reports whether the endpoint is connected.
 *
 * <p>Its own state is guarded by this object; the listener is called outside of it.
 */
final class MockConnection {

  /** The code of failures that the configuration asked for. */
  static final ErrorCode FAULT = ErrorCode.of("mock.FAULT");

  /** Hears what becomes of the connection. Must not block. */
  interface Listener {

    /** The connection is up, for the first time or again. */
    void connected();

    /** The connection broke; it will be made again. */
    void lost();

    /**
     * There will be no connection any more.
     *
     * @param error not null
     */
    void failed(EndpointException error);
  }

  private final Duration latency;
  private final MockFaults faults;
  private final Backoff backoff;
  private final SharedWorkers workers;
  private final EndpointLifecycle lifecycle;
  private final EndpointMeter meter;
  private final Listener listener;

  private volatile boolean up;
  private boolean connectedBefore;
  private boolean closed;
  private Future<?> attempt;

  MockConnection(
      MockSettings settings,
      SharedWorkers workers,
      EndpointLifecycle lifecycle,
      EndpointMeter meter,
      Listener listener) {
    this.latency = settings.faults().connectLatency();
    this.faults = new MockFaults(settings.faults());
    this.backoff = settings.reconnect().backoff();
    this.workers = workers;
    this.lifecycle = lifecycle;
    this.meter = meter;
    this.listener = listener;
  }

  /** Why an endpoint that is to fail does not start. */
  static EndpointException failedStart() {
    return new EndpointException(FAULT, "failed on purpose: faults.failStart");
  }

  /** Begins to connect; without latency the connection is up when this returns. */
  void open() {
    connectAfter(latency);
  }

  /** Whether the connection is up. */
  boolean isUp() {
    return up;
  }

  /** What faults the backend has. */
  MockFaults faults() {
    return faults;
  }

  /** A message was delivered over the connection, which may be too much for it. */
  void delivered() {
    switch (faults.afterDelivery()) {
      case DISCONNECT -> lose();
      case FAIL -> fail(new EndpointException(FAULT, "failed on purpose: faults.failAfter"));
      default -> {
        // most of the time
      }
    }
  }

  /** Ends the connection for good, without a report. */
  synchronized void close() {
    closed = true;
    up = false;
    if (attempt != null) {
      attempt.cancel(false);
    }
  }

  private void connectAfter(Duration delay) {
    if (delay.isZero()) {
      connect();
      return;
    }
    synchronized (this) {
      if (!closed) {
        attempt = workers.after(delay, this::connect);
      }
    }
  }

  private void connect() {
    synchronized (this) {
      if (closed || up) {
        return;
      }
      up = true;
      backoff.reset();
      if (connectedBefore) {
        meter.reconnected();
      }
      connectedBefore = true;
      lifecycle.up();
    }
    listener.connected();
  }

  private void lose() {
    EndpointException error =
        EndpointException.retryable(
            ErrorCode.CONNECTION_LOST, "disconnected on purpose: faults.disconnectEvery");
    Optional<Duration> delay;
    synchronized (this) {
      if (closed || !up) {
        return;
      }
      up = false;
      lifecycle.down(error);
      delay = backoff.next();
    }
    listener.lost();
    delay.ifPresentOrElse(
        wait -> connectAfter(wait.plus(latency)),
        () ->
            fail(
                new EndpointException(
                    ErrorCode.CONNECTION_LOST, "reconnect.maxAttempts are used up", false, error)));
  }

  private void fail(EndpointException error) {
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
      up = false;
    }
    listener.failed(error); // who stops it on hearing of the state finds everything failed
    lifecycle.failed(error);
  }
}
