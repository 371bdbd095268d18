/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.runtime.internal.configuration;

/** Hears of the runtime's configurations, by serial calls. */
public interface ConfigurationReceiver {

  /** A configuration is new, was changed, or was written again without a change. */
  void configured(StoredConfiguration configuration);

  /** A configuration is gone; perhaps it was never there. */
  void removed(String pid);
}
