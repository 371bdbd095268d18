/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.runtime;

import io.sluice.endpoint.EndpointType;
import java.util.List;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Is notified of what the runtime holds: first of all that is there, then of changes, and when the
 * runtime stops, that nothing is left. Any bundle may register one as an OSGi service; when it
 * unregisters it, a call that is under way may still end.
 *
 * <p>Calls to one listener are serial, on threads of the runtime, under the context class loader of
 * the listener's class. A listener may block or throw, which concerns itself alone: it is told
 * later what is there then, and not what came and went meanwhile.
 *
 * @since 1.1
 */
@ConsumerType
public interface RuntimeListener {

  /**
   * A configuration came, or became another endpoint: a new name makes a new one.
   *
   * @param endpoint the same object until it is removed
   */
  default void endpointAdded(ManagedEndpoint endpoint) {}

  /** An endpoint that was {@linkplain #endpointAdded added} is gone. */
  default void endpointRemoved(ManagedEndpoint endpoint) {}

  /**
   * Bundles serve these types now. The first call comes also when there are none.
   *
   * @param types one entry a version, ordered by name, then version
   */
  default void typesChanged(List<EndpointType> types) {}
}
