/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.runtime.internal.registry;

import io.sluice.endpoint.EndpointType;
import io.sluice.endpoint.runtime.ManagedEndpoint;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells observers what there is and what changes. Any thread may call; the state is owned by the
 * thread on which observers are told.
 */
public final class Observers {

  private static final Logger LOG = LoggerFactory.getLogger(Observers.class);

  private final Executor thread;
  private final List<RuntimeObserver> observers = new ArrayList<>();
  private final Set<ManagedEndpoint> endpoints = Collections.newSetFromMap(new IdentityHashMap<>());
  private List<EndpointType> types = List.of();

  /**
   * Without observers.
   *
   * @param thread runs one task after the other
   */
  public Observers(Executor thread) {
    this.thread = thread;
  }

  /** Adds an observer, which is told all that there is. */
  public void add(RuntimeObserver observer) {
    thread.execute(
        () -> {
          observers.add(observer);
          new ArrayList<>(endpoints).forEach(e -> tell(observer, o -> o.endpointAdded(e)));
          tell(observer, o -> o.typesChanged(types));
        });
  }

  /** Removes an observer, which cleans up after itself; it may hear of one more change. */
  public void remove(RuntimeObserver observer) {
    thread.execute(() -> observers.remove(observer));
  }

  void endpointAdded(ManagedEndpoint endpoint) {
    thread.execute(
        () -> {
          endpoints.add(endpoint);
          tellAll(observer -> observer.endpointAdded(endpoint));
        });
  }

  void endpointRemoved(ManagedEndpoint endpoint) {
    thread.execute(
        () -> {
          endpoints.remove(endpoint);
          tellAll(observer -> observer.endpointRemoved(endpoint));
        });
  }

  void typesChanged(List<EndpointType> present) {
    thread.execute(
        () -> {
          types = present;
          tellAll(observer -> observer.typesChanged(present));
        });
  }

  private void tellAll(Consumer<RuntimeObserver> news) {
    observers.forEach(observer -> tell(observer, news));
  }

  private static void tell(RuntimeObserver observer, Consumer<RuntimeObserver> news) {
    try {
      news.accept(observer);
    } catch (RuntimeException e) {
      LOG.error("Observer {} failed", observer, e);
    }
  }
}
