/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.runtime.internal.endpoint;

import io.sluice.endpoint.EndpointStatus;
import io.sluice.endpoint.StatusListener;
import io.sluice.endpoint.runtime.internal.generation.Generation;

/** Receives the status changes of a plugin until it is {@linkplain #close closed}. */
final class PluginStatusListener implements StatusListener {

  private final Generation generation;
  private volatile Runnable changed;

  /**
   * A listener.
   *
   * @param changed runs on a thread of the plugin after the generation has the new status
   */
  PluginStatusListener(Generation generation, Runnable changed) {
    this.generation = generation;
    this.changed = changed;
  }

  @Override
  public void statusChanged(EndpointStatus status) {
    generation.report(status);
    Runnable hearer = changed;
    if (hearer != null) {
      hearer.run();
    }
  }

  /** Hears no more. */
  void close() {
    changed = null;
  }
}
