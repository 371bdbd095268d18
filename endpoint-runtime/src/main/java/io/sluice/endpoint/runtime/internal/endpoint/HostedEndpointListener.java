/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.runtime.internal.endpoint;

/** Hears of changes of a hosted endpoint. */
@FunctionalInterface
public interface HostedEndpointListener {

  /**
   * Called on the control thread after the state, reason, violations, modes or version changed.
   *
   * @param endpoint the endpoint that changed, not null
   */
  void changed(HostedEndpoint endpoint);
}
