/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.mock.internal;

import io.sluice.endpoint.support.concurrent.SharedWorkers;
import io.sluice.endpoint.support.lifecycle.EndpointLifecycle;
import io.sluice.endpoint.support.lifecycle.EndpointMeter;
import io.sluice.endpoint.support.lifecycle.ReconnectLoop;
import java.time.Duration;

/**
 * The connection to a backend that is not there: takes its time to come up, breaks and fails when
 * the faults say so, and comes back. It alone reports whether the endpoint is connected. Safe for
 * use by many threads.
 */
final class MockConnection {

  private final Duration latency;
  private final FaultInjector faults;
  private final SharedWorkers workers;
  private final ReconnectLoop loop;

  /** The connection that is up, or was last. */
  private volatile ReconnectLoop.Attempt present;

  MockConnection(
      MockSettings settings,
      SharedWorkers workers,
      EndpointLifecycle lifecycle,
      EndpointMeter meter,
      ReconnectLoop.Listener listener) {
    this.latency = settings.faults().connectLatency();
    this.faults = new FaultInjector(settings.faults());
    this.workers = workers;
    this.loop =
        new ReconnectLoop(
            this::connect,
            settings.reconnect().backoff(),
            lifecycle,
            lifecycle.link("backend"),
            meter,
            workers,
            listener);
  }

  /** Begins to connect; without latency the connection is up when this returns. */
  void open() {
    loop.open();
  }

  /** Whether the connection is up. */
  boolean isUp() {
    return loop.isUp();
  }

  /** What faults the backend has. */
  FaultInjector faults() {
    return faults;
  }

  /** A message was delivered over the connection, which may be too much for it. */
  void delivered() {
    switch (faults.afterDelivery()) {
      case DISCONNECT -> present.lost(MockErrors.disconnected());
      case FAIL -> loop.fail(MockErrors.failedAfter());
      default -> {
        // most of the time
      }
    }
  }

  /** Ends the connection for good, without a report. */
  void close() {
    loop.close();
  }

  private void connect(ReconnectLoop.Attempt attempt) {
    if (latency.isZero()) {
      connected(attempt);
    } else {
      workers.after(latency, () -> connected(attempt));
    }
  }

  private void connected(ReconnectLoop.Attempt attempt) {
    present = attempt; // first: deliveries begin with the report
    attempt.connected();
  }
}
