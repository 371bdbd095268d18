/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.runtime.internal.endpoint;

import io.sluice.endpoint.EndpointStatus;
import io.sluice.endpoint.StatusListener;
import io.sluice.endpoint.runtime.internal.generation.Generation;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;

/**
 * Shows the status of an endpoint: the runtime's own joined with the plugin's own status. The
 * control thread changes it; any thread reads it and listens to it.
 */
final class StatusAggregator {

  private final String endpoint;
  private final Executor callbacks;
  private final UnaryOperator<EndpointStatus> finish;
  private final Runnable changed;
  private final BooleanSupplier onControl;
  private final Map<StatusListener, ListenerQueue> listeners = new ConcurrentHashMap<>();
  private volatile RuntimeStatus runtimeStatus = RuntimeStatus.initial();
  private volatile EndpointStatus shown;

  /**
   * An aggregator without a generation.
   *
   * @param callbacks runs the listeners
   * @param finish adds what the runtime counts
   * @param changed runs when hosts can see a difference, details and counters apart
   * @param onControl whether the caller is the control thread, which calls no plugin
   */
  StatusAggregator(
      String endpoint,
      Executor callbacks,
      UnaryOperator<EndpointStatus> finish,
      Runnable changed,
      BooleanSupplier onControl) {
    this.endpoint = endpoint;
    this.callbacks = callbacks;
    this.finish = finish;
    this.changed = changed;
    this.onControl = onControl;
    this.shown = runtimeStatus.joinedWith(null, null);
  }

  /** What the runtime knows. Any thread. */
  RuntimeStatus runtimeStatus() {
    return runtimeStatus;
  }

  /**
   * The present status. Any thread; calls the plugin, for its counters, unless on the control
   * thread.
   */
  EndpointStatus status() {
    RuntimeStatus present = runtimeStatus;
    return finish.apply(present.joinedWith(plugins(present.generation()), shown));
  }

  /** Shows another status of the runtime. The control thread. */
  void show(RuntimeStatus next) {
    RuntimeStatus former = runtimeStatus;
    runtimeStatus = next;
    boolean reshaped =
        !former.modes().equals(next.modes()) || !former.version().equals(next.version());
    if (tellHosts() || reshaped) {
      changed.run();
    }
  }

  /** Takes up what the plugin has reported. The control thread. */
  void refresh() {
    if (tellHosts()) {
      changed.run();
    }
  }

  /** Tells the listeners; true if there was anything to tell. */
  private boolean tellHosts() {
    Generation generation = runtimeStatus.generation();
    EndpointStatus former = shown;
    EndpointStatus next =
        runtimeStatus.joinedWith(generation == null ? null : generation.lastStatus(), former);
    shown = next;
    if (isSame(former, next)) {
      return false;
    }
    EndpointStatus told = finish.apply(next);
    listeners.values().forEach(listener -> listener.tell(told));
    return true;
  }

  void add(StatusListener listener) {
    Objects.requireNonNull(listener, "listener");
    listeners.computeIfAbsent(listener, added -> new ListenerQueue(endpoint, added, callbacks));
  }

  void remove(StatusListener listener) {
    Optional.ofNullable(listeners.remove(listener)).ifPresent(ListenerQueue::close);
  }

  private EndpointStatus plugins(Generation generation) {
    if (generation == null) {
      return null;
    }
    return onControl.getAsBoolean() ? generation.lastStatus() : generation.status();
  }

  private static boolean isSame(EndpointStatus a, EndpointStatus b) {
    return a.state() == b.state()
        && a.reason().equals(b.reason())
        && a.violations().equals(b.violations())
        && a.warnings().equals(b.warnings());
  }
}
