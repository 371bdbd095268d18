/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.runtime.internal.generation;

import java.util.function.Supplier;

/**
 * The runtime's own keys that an endpoint obeys now: those of the configuration that serves, not of
 * one that was refused. Code that obeys them asks here each time. Set by the control thread, asked
 * by any.
 */
public final class SettingsInForce implements Supplier<RuntimeSettings> {

  private volatile RuntimeSettings present = RuntimeSettings.DEFAULTS;

  @Override
  public RuntimeSettings get() {
    return present;
  }

  /** Puts others in force. */
  public void set(RuntimeSettings accepted) {
    present = accepted;
  }
}
