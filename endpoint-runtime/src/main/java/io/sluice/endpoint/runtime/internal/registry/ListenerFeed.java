/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.runtime.internal.registry;

import io.sluice.endpoint.EndpointType;
import io.sluice.endpoint.runtime.ManagedEndpoint;
import io.sluice.endpoint.runtime.RuntimeListener;
import io.sluice.endpoint.support.concurrent.ContextClassLoader;
import io.sluice.endpoint.support.concurrent.SerialTask;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells one listener the difference between what it was told last and what there is. So nothing
 * queues up before a listener that blocks. Any thread may call.
 */
final class ListenerFeed {

  private static final Logger LOG = LoggerFactory.getLogger(ListenerFeed.class);

  /** What the runtime holds at a time. */
  record Present(Set<ManagedEndpoint> endpoints, List<EndpointType> types) {}

  private final Supplier<RuntimeListener> source;
  private final Runnable giveBack;
  private final Supplier<Present> runtime;
  private final SerialTask task;
  private final CompletableFuture<Void> finished = new CompletableFuture<>();
  private volatile boolean finishing;
  private volatile boolean closed;

  // The listener, null until it is found, and what it was told. Owned by the task.
  private RuntimeListener listener;
  private final Set<ManagedEndpoint> endpoints = new LinkedHashSet<>();
  private List<EndpointType> types;

  /**
   * A feed that waits for its first news.
   *
   * @param source finds the listener; null while it cannot be had
   * @param giveBack runs once the feed is over, if the listener was found
   */
  ListenerFeed(
      Supplier<RuntimeListener> source,
      Runnable giveBack,
      Supplier<Present> runtime,
      Executor threads) {
    this.source = source;
    this.giveBack = giveBack;
    this.runtime = runtime;
    this.task = SerialTask.idle(threads, this::tell, this::over);
  }

  /** There is something to tell. */
  void changed() {
    task.signal();
  }

  /** Completes when the listener was told of all that there is now. */
  CompletableFuture<Void> finish() {
    finishing = true;
    task.signal();
    return finished;
  }

  /** Tells nothing more; a call that is under way goes on, and then the listener is given back. */
  void close() {
    closed = true;
    finished.complete(null);
    task.signal();
  }

  private boolean tell() {
    if (closed) {
      over();
      return false;
    }
    boolean last = finishing;
    if (isFound()) {
      ClassLoader previous = ContextClassLoader.enter(listener.getClass().getClassLoader());
      try {
        tell(runtime.get());
      } finally {
        ContextClassLoader.leave(previous);
      }
    }
    if (last) {
      finished.complete(null);
    }
    return false;
  }

  private void over() {
    closed = true;
    finished.complete(null);
    if (listener != null) {
      listener = null;
      try {
        giveBack.run();
      } catch (RuntimeException | Error e) { // the runtime's own bundle may be gone
        LOG.debug("A listener of the runtime cannot be given back", e);
      }
    }
  }

  private boolean isFound() {
    if (listener == null) {
      try {
        listener = source.get();
      } catch (RuntimeException | Error e) { // its bundle may be about to go
        LOG.warn("A listener of the runtime cannot be called", e);
      }
    }
    return listener != null;
  }

  /** What is gone first: what came may bear its name. */
  private void tell(Present present) {
    for (ManagedEndpoint gone : without(endpoints, present.endpoints())) {
      endpoints.remove(gone);
      call(() -> listener.endpointRemoved(gone));
    }
    for (ManagedEndpoint come : without(present.endpoints(), endpoints)) {
      endpoints.add(come);
      call(() -> listener.endpointAdded(come));
    }
    if (!present.types().equals(types)) {
      types = present.types();
      call(() -> listener.typesChanged(present.types()));
    }
  }

  private void call(Runnable news) {
    if (closed) {
      return;
    }
    try {
      news.run();
    } catch (Throwable e) { // it is the code of others, LinkageError included
      LOG.error("Listener {} of the runtime failed", listener.getClass().getName(), e);
    }
  }

  private static Set<ManagedEndpoint> without(Set<ManagedEndpoint> all, Set<ManagedEndpoint> some) {
    Set<ManagedEndpoint> rest = new LinkedHashSet<>(all);
    rest.removeAll(some);
    return rest;
  }
}
