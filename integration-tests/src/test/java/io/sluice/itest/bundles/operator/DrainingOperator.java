/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.itest.bundles.operator;

import io.sluice.endpoint.runtime.EndpointRuntime;
import io.sluice.endpoint.runtime.ManagedEndpoint;
import io.sluice.endpoint.runtime.RuntimeListener;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Takes endpoints out of work whose names begin with {@code spare}. */
@Component
public final class DrainingOperator implements RuntimeListener {

  private final EndpointRuntime runtime;

  @Activate
  public DrainingOperator(@Reference EndpointRuntime runtime) {
    this.runtime = runtime;
  }

  @Override
  public void endpointAdded(ManagedEndpoint endpoint) {
    if (endpoint.name().startsWith("spare")) {
      runtime.drain(endpoint.name());
    }
  }
}
