/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.management.internal.jmx;

import io.sluice.endpoint.runtime.ManagedEndpoint;
import io.sluice.endpoint.runtime.RuntimeListener;
import java.lang.management.ManagementFactory;
import java.util.HashSet;
import java.util.Hashtable;
import java.util.Set;
import javax.management.InstanceAlreadyExistsException;
import javax.management.InstanceNotFoundException;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Registers an MXBean for each configuration: {@code io.sluice:type=Endpoint,name=orders}, with the
 * PID beside it where the configuration did not become an endpoint. The lock guards the names.
 */
@Component
public final class EndpointBeans implements RuntimeListener {

  private static final Logger LOG = LoggerFactory.getLogger(EndpointBeans.class);

  private final Set<ObjectName> names = new HashSet<>();
  private final MBeanServer server;
  private boolean closed;

  /** Called by the component runtime. */
  @Activate
  public EndpointBeans() {
    this(ManagementFactory.getPlatformMBeanServer());
  }

  EndpointBeans(MBeanServer server) {
    this.server = server;
  }

  /** Called by the component runtime. */
  @Deactivate
  public synchronized void deactivate() {
    closed = true;
    names.forEach(this::unregister);
    names.clear();
  }

  @Override
  public synchronized void endpointAdded(ManagedEndpoint endpoint) {
    if (closed) {
      return;
    }
    ObjectName name = nameOf(endpoint);
    try {
      server.registerMBean(new EndpointBean(endpoint), name);
      names.add(name);
    } catch (InstanceAlreadyExistsException e) {
      LOG.warn(
          "Endpoint '{}' has no JMX bean: another host in this JVM uses the name", endpoint.name());
    } catch (JMException e) {
      LOG.error("Endpoint '{}' has no JMX bean: the registration failed", endpoint.name(), e);
    }
  }

  @Override
  public synchronized void endpointRemoved(ManagedEndpoint endpoint) {
    ObjectName name = nameOf(endpoint);
    if (names.remove(name)) {
      unregister(name);
    }
  }

  private void unregister(ObjectName name) {
    try {
      server.unregisterMBean(name);
    } catch (InstanceNotFoundException e) {
      LOG.debug("{} was unregistered already", name, e);
    } catch (JMException e) {
      LOG.error("{} cannot be unregistered", name, e);
    }
  }

  private static ObjectName nameOf(ManagedEndpoint endpoint) {
    Hashtable<String, String> keys = new Hashtable<>();
    keys.put("type", "Endpoint");
    keys.put("name", value(endpoint.name()));
    if (endpoint.endpoint().isEmpty()) {
      keys.put("pid", value(endpoint.pid()));
    }
    try {
      return new ObjectName("io.sluice", keys);
    } catch (JMException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String value(String text) {
    return text.matches("[A-Za-z0-9._-]+") ? text : ObjectName.quote(text);
  }
}
