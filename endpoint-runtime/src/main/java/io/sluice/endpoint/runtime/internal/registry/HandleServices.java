/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.runtime.internal.registry;

import io.sluice.endpoint.Endpoint;
import io.sluice.endpoint.EndpointFactory;
import io.sluice.endpoint.MessageEndpoint;
import io.sluice.endpoint.Mode;
import io.sluice.endpoint.ProxyEndpoint;
import io.sluice.endpoint.runtime.internal.endpoint.HostedEndpoint;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;

/**
 * Registers the handles as services. Any thread may call; the registrations are owned by the thread
 * that calls the framework.
 */
final class HandleServices {

  private static final String[] INTERFACES = {
    Endpoint.class.getName(), MessageEndpoint.class.getName(), ProxyEndpoint.class.getName()
  };

  private final BundleContext context;
  private final Executor thread;
  private final Map<HostedEndpoint, Registered> registered = new IdentityHashMap<>();

  private record Registered(ServiceRegistration<?> registration, Set<Mode> modes) {}

  HandleServices(BundleContext context, Executor thread) {
    this.context = context;
    this.thread = thread;
  }

  void register(HostedEndpoint endpoint) {
    thread.execute(
        () -> {
          Set<Mode> modes = endpoint.modes();
          ServiceRegistration<?> registration =
              context.registerService(INTERFACES, endpoint.handle(), properties(endpoint, modes));
          registered.put(endpoint, new Registered(registration, modes));
        });
  }

  /** Brings the modes of a registered handle up to date. */
  void refresh(HostedEndpoint endpoint) {
    thread.execute(
        () -> {
          Registered present = registered.get(endpoint);
          Set<Mode> modes = endpoint.modes();
          if (present != null && !modes.equals(present.modes)) {
            present.registration.setProperties(properties(endpoint, modes));
            registered.put(endpoint, new Registered(present.registration, modes));
          }
        });
  }

  void unregister(HostedEndpoint endpoint) {
    thread.execute(
        () -> {
          Registered present = registered.remove(endpoint);
          if (present != null) {
            present.registration.unregister();
          }
        });
  }

  private static Dictionary<String, Object> properties(HostedEndpoint endpoint, Set<Mode> modes) {
    Dictionary<String, Object> properties = new Hashtable<>();
    properties.put(Endpoint.ENDPOINT_NAME, endpoint.name());
    properties.put(EndpointFactory.ENDPOINT_TYPE, endpoint.typeName());
    properties.put(
        EndpointFactory.ENDPOINT_MODES,
        modes.stream().sorted().map(Mode::name).toArray(String[]::new));
    return properties;
  }
}
