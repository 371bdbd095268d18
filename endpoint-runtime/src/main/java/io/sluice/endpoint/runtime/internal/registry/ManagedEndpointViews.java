/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.runtime.internal.registry;

import io.sluice.endpoint.EndpointStatus;
import io.sluice.endpoint.runtime.ManagedEndpoint;
import io.sluice.endpoint.runtime.internal.endpoint.HostedEndpoint;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What hosts see of the configurations. Written by the control thread; {@link #all} and {@link
 * #named} may be read by any.
 */
final class ManagedEndpointViews {

  private static final Comparator<ManagedEndpoint> BY_NAME =
      Comparator.comparing(ManagedEndpoint::name).thenComparing(ManagedEndpoint::pid);

  private static final SortedMap<String, ManagedEndpointView> NONE = new TreeMap<>();

  private final RuntimeListeners listeners;
  private final Map<String, ManagedEndpointView> byPid = new ConcurrentHashMap<>();

  /** All that have a name, by PID; control thread only. */
  private final Map<String, SortedMap<String, ManagedEndpointView>> claims = new HashMap<>();

  /** The one of them that bears it. */
  private final Map<String, ManagedEndpoint> byName = new ConcurrentHashMap<>();

  ManagedEndpointViews(RuntimeListeners listeners) {
    this.listeners = listeners;
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
      withdraw(view);
      listeners.endpointRemoved(view);
    }
  }

  /** Ordered by name, then PID. */
  List<ManagedEndpoint> all() {
    return byPid.values().stream().map(ManagedEndpoint.class::cast).sorted(BY_NAME).toList();
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
    claims.computeIfAbsent(view.name(), name -> new TreeMap<>()).put(view.pid(), view);
    nameBearer(view.name());
    if (before != null) {
      withdraw(before);
      listeners.endpointRemoved(before);
    }
    listeners.endpointAdded(view);
  }

  private void withdraw(ManagedEndpointView view) {
    SortedMap<String, ManagedEndpointView> claimants = claims.get(view.name());
    claimants.remove(view.pid(), view);
    if (claimants.isEmpty()) {
      claims.remove(view.name());
    }
    nameBearer(view.name());
  }

  /** The live one, or else the first. */
  private void nameBearer(String name) {
    Collection<ManagedEndpointView> claimants = claims.getOrDefault(name, NONE).values();
    claimants.stream()
        .filter(view -> view.endpoint().isPresent())
        .findFirst()
        .or(() -> claimants.stream().findFirst())
        .ifPresentOrElse(bearer -> byName.put(name, bearer), () -> byName.remove(name));
  }
}
