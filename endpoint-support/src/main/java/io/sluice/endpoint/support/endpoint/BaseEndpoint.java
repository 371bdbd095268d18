/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.endpoint;

import io.sluice.endpoint.Endpoint;
import io.sluice.endpoint.EndpointException;
import io.sluice.endpoint.EndpointStatus;
import io.sluice.endpoint.Mode;
import io.sluice.endpoint.StatusListener;
import io.sluice.endpoint.support.concurrent.SharedWorkers;
import io.sluice.endpoint.support.concurrent.WorkerShare;
import io.sluice.endpoint.support.lifecycle.EndpointLifecycle;
import io.sluice.endpoint.support.lifecycle.EndpointMeter;
import io.sluice.endpoint.support.lifecycle.Refusals;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * An endpoint as its life cycle sees it. A type says what is to be done at {@link #open}, {@link
 * #drainAndRelease} and {@link #prepareClients}; each is called once at most.
 */
public abstract class BaseEndpoint implements Endpoint {

  private final String name;
  private final Set<Mode> modes;
  private final SharedWorkers workers;
  private final WorkerShare subscribers;
  private final WorkerShare receivers;
  private final Set<Endpoint> present;
  private final EndpointMeter meter = new EndpointMeter();
  private final EndpointLifecycle lifecycle;
  private volatile boolean released;

  /**
   * An endpoint that is not started.
   *
   * @param modes what its configuration enables
   * @param workers the threads that all endpoints of the bundle share
   * @param present where the factory finds the endpoint while it may have resources; safe for use
   *     by many threads
   */
  protected BaseEndpoint(
      String name, Set<Mode> modes, SharedWorkers workers, Set<Endpoint> present) {
    this.name = name;
    this.modes = Set.copyOf(modes);
    this.workers = workers;
    this.present = present;
    this.subscribers = workers.deliveryShare(who -> showBlocked("subscribers", who));
    this.receivers = workers.receiptShare(who -> showBlocked("receivers", who));
    this.lifecycle = new EndpointLifecycle(name, receivers.calling("a status listener"), meter);
  }

  private void showBlocked(String key, String who) {
    lifecycle.trouble(key, who);
  }

  /** Makes what {@link #open} will use, and can be there twice; by default nothing. */
  protected CompletionStage<Void> prepareClients() {
    return CompletableFuture.completedFuture(null);
  }

  /** Acquires resources and begins to connect, without waiting for the backend. */
  protected abstract CompletionStage<Void> open();

  /**
   * Drains for the time given and releases all resources, also those of an {@link #open} that
   * failed half-way, or of {@link #prepareClients} alone.
   *
   * @param successor whether another endpoint is expected to go on
   */
  protected abstract CompletionStage<Void> drainAndRelease(Duration drain, boolean successor);

  @Override
  public final String name() {
    return name;
  }

  @Override
  public final Set<Mode> modes() {
    return modes;
  }

  @Override
  public final CompletionStage<Void> prepare() {
    return lifecycle.prepare(
        () -> {
          present.add(this);
          if (released) {
            present.remove(this); // a stop came first, and released all there will be
            return CompletableFuture.completedFuture(null);
          }
          return prepareClients();
        });
  }

  @Override
  public final CompletionStage<Void> start() {
    return lifecycle.start(
        () -> {
          present.add(this);
          return open();
        });
  }

  @Override
  public final CompletionStage<Void> stop(Duration drain) {
    return lifecycle.stop(drain, time -> end(time, false));
  }

  @Override
  public final CompletionStage<Void> handOver(Duration drain) {
    return lifecycle.stop(drain, time -> end(time, true));
  }

  @Override
  public final void close() {
    lifecycle.close(time -> end(time, false));
  }

  @Override
  public final EndpointStatus status() {
    return lifecycle.status();
  }

  @Override
  public final void addStatusListener(StatusListener listener) {
    lifecycle.addStatusListener(listener);
  }

  @Override
  public final void removeStatusListener(StatusListener listener) {
    lifecycle.removeStatusListener(listener);
  }

  @Override
  public final String toString() {
    return getClass().getSimpleName() + "[" + name + "]";
  }

  /** The threads that all endpoints of the bundle share. */
  protected final SharedWorkers workers() {
    return workers;
  }

  /** The endpoint's share of the threads that call subscribers of deliveries, which may block. */
  protected final WorkerShare subscribers() {
    return subscribers;
  }

  /** Its share of those that call receivers of receipts and responses. */
  protected final WorkerShare receivers() {
    return receivers;
  }

  /** What the endpoint counts. */
  protected final EndpointMeter meter() {
    return meter;
  }

  /** Its state. */
  protected final EndpointLifecycle lifecycle() {
    return lifecycle;
  }

  /** Why a mode cannot be used now; null if it can. */
  protected final EndpointException refusal(Mode mode) {
    EndpointException refused = lifecycle.refusal();
    return refused != null || modes.contains(mode) ? refused : Refusals.disabled(name, mode);
  }

  private CompletionStage<Void> end(Duration drain, boolean successor) {
    return drainAndRelease(drain, successor)
        .whenComplete(
            (done, failure) -> {
              released = true;
              present.remove(this);
            });
  }
}
