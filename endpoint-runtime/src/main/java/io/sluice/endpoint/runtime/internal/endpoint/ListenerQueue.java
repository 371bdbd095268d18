/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.runtime.internal.endpoint;

import io.sluice.endpoint.EndpointStatus;
import io.sluice.endpoint.StatusListener;
import io.sluice.endpoint.support.concurrent.ContextClassLoader;
import io.sluice.endpoint.support.concurrent.SerialTask;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells one listener of a host, serially and in order, under the class loader that it was added
 * with. The control thread tells; any may close.
 */
final class ListenerQueue {

  private static final Logger LOG = LoggerFactory.getLogger(ListenerQueue.class);

  private static final int MAX_WAITING = 64;

  private final String endpoint;
  private final StatusListener listener;
  private final ClassLoader hostLoader = ContextClassLoader.current();
  private final Queue<EndpointStatus> queue = new ConcurrentLinkedQueue<>();
  private final SerialTask task;
  private volatile boolean closed;
  private boolean complained;

  ListenerQueue(String endpoint, StatusListener listener, Executor callbacks) {
    this.endpoint = endpoint;
    this.listener = listener;
    this.task = new SerialTask(callbacks, this::tellNext, queue::clear);
    task.start();
  }

  /** Tells of a status; a listener that is far behind misses the oldest. */
  void tell(EndpointStatus status) {
    queue.add(status);
    if (queue.size() > MAX_WAITING) {
      queue.poll();
      if (!complained) {
        complained = true;
        LOG.warn(
            "Endpoint '{}': status listener {} does not return; it misses changes",
            endpoint,
            listener.getClass().getName());
      }
    }
    task.signal();
  }

  void close() {
    closed = true;
  }

  private boolean tellNext() {
    EndpointStatus next = queue.poll();
    if (next == null || closed) {
      return false;
    }
    ClassLoader previous = ContextClassLoader.enter(hostLoader);
    try {
      listener.statusChanged(next);
    } catch (Throwable e) { // a listener must not stop others
      LOG.warn("Endpoint '{}': a status listener failed", endpoint, e);
    } finally {
      ContextClassLoader.leave(previous);
    }
    return !queue.isEmpty();
  }
}
