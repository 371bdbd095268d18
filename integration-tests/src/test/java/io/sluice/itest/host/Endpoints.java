/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.itest.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.endpoint.Endpoint;
import io.sluice.endpoint.EndpointState;
import io.sluice.endpoint.EndpointStatus;
import io.sluice.endpoint.runtime.EndpointRuntime;
import io.sluice.endpoint.runtime.ManagedEndpoint;
import java.util.Collection;
import org.osgi.framework.BundleContext;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;

/** The endpoints of a host: as the runtime shows them, and as services. */
public final class Endpoints {

  private final Host host;

  /** The endpoints of a host. */
  public Endpoints(Host host) {
    this.host = host;
  }

  /** The endpoint that bears a name; it must be there. */
  public ManagedEndpoint named(String name) {
    return host.service(EndpointRuntime.class).endpoint(name).orElseThrow();
  }

  /** The endpoint of a configuration; it must be there. */
  public ManagedEndpoint ofPid(String pid) {
    return host.service(EndpointRuntime.class).endpoints().stream()
        .filter(endpoint -> endpoint.pid().equals(pid))
        .findFirst()
        .orElseThrow();
  }

  /** Waits until the endpoint of a name is in a state. */
  public EndpointStatus awaitState(String name, EndpointState state) {
    await(name + " becomes " + state)
        .ignoreExceptions()
        .untilAsserted(() -> assertThat(named(name).status().state()).isEqualTo(state));
    return named(name).status();
  }

  /** Waits until a version of its bundle serves the endpoint of a name, and it is up. */
  public void awaitVersion(String name, String version) {
    await(name + " is served by " + version)
        .ignoreExceptions()
        .untilAsserted(() -> assertThat(named(name).version()).contains(version));
    awaitState(name, EndpointState.UP);
  }

  /** Waits for the service of an endpoint. */
  public <E extends Endpoint> E service(Class<E> as, String name) {
    await("service of " + name).until(() -> !references(as, name).isEmpty());
    return host.context().getService(references(as, name).iterator().next());
  }

  /** The references to the service of an endpoint: one, or none. */
  public <E extends Endpoint> Collection<ServiceReference<E>> references(Class<E> as, String name) {
    BundleContext context = host.context();
    try {
      return context.getServiceReferences(as, "(" + Endpoint.ENDPOINT_NAME + "=" + name + ")");
    } catch (InvalidSyntaxException e) {
      throw new IllegalArgumentException(e);
    }
  }
}
