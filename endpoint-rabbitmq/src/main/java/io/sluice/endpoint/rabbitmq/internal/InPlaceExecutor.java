/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.rabbitmq.internal;

import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Runs what the client would hand to a thread of its own on the event loop that calls: our
 * callbacks only hand over, so that another thread would cost a switch a message. What a read
 * brings is run together, as the client makes room for 256 messages each time. Never ends.
 */
final class InPlaceExecutor extends AbstractExecutorService {

  private final ClientSocket socket;

  /** Runs what comes over one connection. */
  InPlaceExecutor(ClientSocket socket) {
    this.socket = socket;
  }

  @Override
  public void execute(Runnable task) {
    if (!socket.runLater(task)) {
      task.run();
    }
  }

  @Override
  public void shutdown() {
    // there is nothing to end
  }

  @Override
  public List<Runnable> shutdownNow() {
    return List.of();
  }

  @Override
  public boolean isShutdown() {
    return false;
  }

  @Override
  public boolean isTerminated() {
    return false;
  }

  @Override
  public boolean awaitTermination(long timeout, TimeUnit unit) {
    return true;
  }
}
