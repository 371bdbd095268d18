/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.runtime.internal;

import io.sluice.endpoint.EndpointType;
import io.sluice.endpoint.runtime.EndpointRuntime;
import io.sluice.endpoint.runtime.ManagedEndpoint;
import io.sluice.endpoint.runtime.ManagedPipe;
import io.sluice.endpoint.runtime.RuntimeListener;
import java.util.List;
import java.util.Optional;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleEvent;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.SynchronousBundleListener;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;

/** The runtime as a component: as long as it is active, configurations become endpoints. */
@Component(immediate = true)
public final class RuntimeComponent implements EndpointRuntime {

  private final HostRuntime runtime;
  private final BundleContext context;
  private final SynchronousBundleListener frameworkStops = this::stopWithFramework;

  /** Called by the component runtime. */
  @Activate
  public RuntimeComponent(BundleContext context, @Reference ConfigurationAdmin configurations) {
    runtime = new HostRuntime(context, configurations);
    runtime.start();
    this.context = context;
    context.addBundleListener(frameworkStops);
  }

  /** Called by the component runtime. */
  @Deactivate
  public void deactivate() {
    context.removeBundleListener(frameworkStops);
    runtime.stop();
  }

  /** A framework that stops its bundles in any order finds that all endpoints have ended. */
  private void stopWithFramework(BundleEvent event) {
    if (event.getType() == BundleEvent.STOPPING
        && event.getBundle().getBundleId() == Constants.SYSTEM_BUNDLE_ID) {
      runtime.stop();
    }
  }

  /** Called by the component runtime. The listener may need this component to come into being. */
  @Reference(
      service = RuntimeListener.class,
      cardinality = ReferenceCardinality.MULTIPLE,
      policy = ReferencePolicy.DYNAMIC)
  public void addListener(ServiceReference<RuntimeListener> listener) {
    runtime
        .listeners()
        .add(listener, () -> context.getService(listener), () -> context.ungetService(listener));
  }

  /** Called by the component runtime. */
  public void removeListener(ServiceReference<RuntimeListener> listener) {
    runtime.listeners().remove(listener);
  }

  @Override
  public List<ManagedEndpoint> endpoints() {
    return runtime.endpoints().endpoints();
  }

  @Override
  public Optional<ManagedEndpoint> endpoint(String name) {
    return runtime.endpoints().endpoint(name);
  }

  @Override
  public List<EndpointType> types() {
    return runtime.endpoints().types();
  }

  @Override
  public List<ManagedPipe> pipes() {
    return runtime.pipes().pipes();
  }

  @Override
  public boolean drain(String name) {
    return runtime.drain(name);
  }

  @Override
  public boolean resume(String name) {
    return runtime.resume(name);
  }
}
