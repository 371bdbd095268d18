/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.runtime.internal.health;

import io.sluice.endpoint.runtime.ManagedEndpoint;
import io.sluice.endpoint.runtime.internal.registry.RuntimeObserver;
import io.sluice.endpoint.runtime.internal.registry.ServiceRegistrations;
import java.util.Dictionary;
import java.util.Hashtable;
import org.apache.felix.hc.api.HealthCheck;
import org.apache.felix.hc.api.execution.HealthCheckExecutor;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;

/**
 * Registers a health check for each configuration. The reference keeps this class from being loaded
 * in a host without health checks, whose API is imported optionally.
 */
@Component(reference = @Reference(name = "executor", service = HealthCheckExecutor.class))
public final class HealthChecks implements RuntimeObserver {

  private final ServiceRegistrations<ManagedEndpoint> checks = new ServiceRegistrations<>();
  private final BundleContext context;

  /** Called by the component runtime. */
  @Activate
  public HealthChecks(BundleContext context) {
    this.context = context;
  }

  /** Called by the component runtime. */
  @Deactivate
  public void deactivate() {
    checks.close();
  }

  @Override
  public void endpointAdded(ManagedEndpoint endpoint) {
    Dictionary<String, Object> properties = new Hashtable<>();
    properties.put(HealthCheck.NAME, "Endpoint " + endpoint.name());
    properties.put(HealthCheck.TAGS, new String[] {"sluice", "endpoint"});
    checks.register(
        endpoint,
        () ->
            context.registerService(
                HealthCheck.class, new EndpointHealthCheck(endpoint), properties));
  }

  @Override
  public void endpointRemoved(ManagedEndpoint endpoint) {
    checks.unregister(endpoint);
  }
}
