/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.runtime.internal.registry;

import io.sluice.endpoint.EndpointStatus;
import io.sluice.endpoint.runtime.ManagedEndpoint;
import io.sluice.endpoint.runtime.internal.endpoint.HostedEndpoint;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What hosts see of the configurations. Written by the control thread; {@link #all} and {@link
 * #named} may be read by any.
 */
final class ManagedEndpointViews {

  private static final Comparator<ManagedEndpoint> BY_NAME =
      Comparator.comparing(ManagedEndpoint::name).thenComparing(ManagedEndpoint::pid);

  private final Observers observers;
  private final Map<String, ManagedEndpointView> byPid = new HashMap<>();
  private volatile List<ManagedEndpoint> all = List.of();
  private volatile Map<String, ManagedEndpoint> byName = Map.of();

  ManagedEndpointViews(Observers observers) {
    this.observers = observers;
  }

  /** Shows an entry with its live endpoint. */
  void show(EndpointEntry entry, HostedEndpoint hosted, Map<String, Object> masked) {
    ManagedEndpointView present = byPid.get(entry.pid());
    ManagedEndpointView view =
        present != null && present.shows(entry.name(), hosted)
            ? present
            : new ManagedEndpointView(entry.pid(), entry.name(), hosted);
    view.show(entry.type(), masked);
    put(present, view);
  }

  /** Shows an entry that has no live endpoint, and why; returns whether that is new. */
  boolean reject(EndpointEntry entry, EndpointStatus why, Map<String, Object> masked) {
    String name = entry.name().isEmpty() ? entry.pid() : entry.name();
    ManagedEndpointView present = byPid.get(entry.pid());
    boolean shown = present != null && present.shows(name, null);
    ManagedEndpointView view = shown ? present : new ManagedEndpointView(entry.pid(), name, why);
    boolean news = view.reject(why) || !shown;
    view.show(entry.type(), masked);
    put(present, view);
    return news;
  }

  /** Shows a configuration no more. */
  void remove(String pid) {
    ManagedEndpointView view = byPid.remove(pid);
    if (view != null) {
      snapshot();
      observers.endpointRemoved(view);
    }
  }

  /** Ordered by name, then PID. */
  List<ManagedEndpoint> all() {
    return all;
  }

  /** The one that bears a name. */
  Optional<ManagedEndpoint> named(String name) {
    return Optional.ofNullable(byName.get(name));
  }

  private void put(ManagedEndpointView before, ManagedEndpointView view) {
    if (before == view) {
      return;
    }
    byPid.put(view.pid(), view);
    snapshot();
    if (before != null) {
      observers.endpointRemoved(before);
    }
    observers.endpointAdded(view);
  }

  private void snapshot() {
    List<ManagedEndpoint> sorted =
        byPid.values().stream().map(ManagedEndpoint.class::cast).sorted(BY_NAME).toList();
    Map<String, ManagedEndpoint> bearers = new HashMap<>();
    sorted.forEach(view -> bearers.merge(view.name(), view, ManagedEndpointViews::bearer));
    all = sorted;
    byName = bearers;
  }

  private static ManagedEndpoint bearer(ManagedEndpoint one, ManagedEndpoint other) {
    return other.endpoint().isPresent() ? other : one;
  }
}
