/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.runtime.internal.registry;

import io.sluice.endpoint.EndpointType;
import io.sluice.endpoint.runtime.ManagedEndpoint;
import io.sluice.endpoint.runtime.RuntimeListener;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/** The listeners of other bundles, each of which is told at its own pace. Any thread may call. */
public final class RuntimeListeners {

  private final Executor threads;
  private final Map<Object, ListenerFeed> feeds = new HashMap<>();
  private final Set<ManagedEndpoint> endpoints = new LinkedHashSet<>();
  private List<EndpointType> types = List.of();

  /**
   * Without listeners.
   *
   * @param threads runs each task on a thread that the listener may block
   */
  public RuntimeListeners(Executor threads) {
    this.threads = threads;
  }

  /**
   * Adds a listener, which is told all that there is.
   *
   * @param key tells it apart
   * @param listener finds it, on the thread that tells it; asked again at the next change when it
   *     returns null
   * @param giveBack runs when a listener that was found is told nothing more
   */
  public synchronized void add(Object key, Supplier<RuntimeListener> listener, Runnable giveBack) {
    ListenerFeed feed = new ListenerFeed(listener, giveBack, this::present, threads);
    feeds.put(key, feed);
    feed.changed();
  }

  /** Removes a listener, which cleans up after itself. */
  public void remove(Object key) {
    take(key).ifPresent(ListenerFeed::close); // may call others: not under the lock
  }

  /** Completes when all listeners know what there is now; one that blocks delays it for ever. */
  public synchronized CompletionStage<Void> finish() {
    return CompletableFuture.allOf(
        feeds.values().stream().map(ListenerFeed::finish).toArray(CompletableFuture[]::new));
  }

  synchronized void endpointAdded(ManagedEndpoint endpoint) {
    endpoints.add(endpoint);
    tell();
  }

  synchronized void endpointRemoved(ManagedEndpoint endpoint) {
    endpoints.remove(endpoint);
    tell();
  }

  synchronized void typesChanged(List<EndpointType> present) {
    types = present;
    tell();
  }

  private synchronized Optional<ListenerFeed> take(Object key) {
    return Optional.ofNullable(feeds.remove(key));
  }

  private void tell() {
    feeds.values().forEach(ListenerFeed::changed);
  }

  private synchronized ListenerFeed.Present present() {
    return new ListenerFeed.Present(new LinkedHashSet<>(endpoints), types);
  }
}
