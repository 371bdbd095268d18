/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.management.internal.health;

import io.sluice.endpoint.management.internal.registration.ServiceRegistrations;
import io.sluice.endpoint.runtime.ManagedEndpoint;
import io.sluice.endpoint.runtime.RuntimeListener;
import java.util.Dictionary;
import java.util.Hashtable;
import org.apache.felix.hc.api.HealthCheck;
import org.apache.felix.hc.api.execution.HealthCheckExecutor;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicyOption;

/**
 * Registers a health check for each configuration where something executes health checks. Their API
 * is imported optionally, and used only then.
 */
@Component
public final class HealthChecks implements RuntimeListener {

  private final ServiceRegistrations<ManagedEndpoint> checks = new ServiceRegistrations<>();
  private final BundleContext context;
  private final boolean wanted;

  /**
   * Called by the component runtime, again when an executor comes.
   *
   * @param executor null while there is none
   */
  @Activate
  public HealthChecks(
      BundleContext context,
      @Reference(
              service = HealthCheckExecutor.class,
              cardinality = ReferenceCardinality.OPTIONAL,
              policyOption = ReferencePolicyOption.GREEDY)
          ServiceReference<?> executor) {
    this.context = context;
    this.wanted = executor != null;
  }

  /** Called by the component runtime. */
  @Deactivate
  public void deactivate() {
    checks.close();
  }

  @Override
  public void endpointAdded(ManagedEndpoint endpoint) {
    if (!wanted) {
      return;
    }
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
