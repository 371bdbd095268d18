/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.runtime.internal.registry;

import io.sluice.endpoint.EndpointType;
import io.sluice.endpoint.runtime.ManagedEndpoint;
import java.util.List;

/**
 * Hears of what the runtime holds: first of all that is there, then of changes. Calls are serial.
 * The optional integrations register one as a service inside this bundle.
 */
public interface RuntimeObserver {

  /** A configuration came, or became another endpoint: a new name makes a new one. */
  default void endpointAdded(ManagedEndpoint endpoint) {}

  /** An endpoint that was {@linkplain #endpointAdded added} is gone. */
  default void endpointRemoved(ManagedEndpoint endpoint) {}

  /** Bundles serve these types now, one entry a version. */
  default void typesChanged(List<EndpointType> types) {}
}
