/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.runtime.internal.configuration;

import io.sluice.endpoint.runtime.EndpointRuntime;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Dictionary;
import java.util.List;
import java.util.concurrent.Executor;
import org.osgi.framework.BundleContext;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.cm.ConfigurationEvent;
import org.osgi.service.cm.ConfigurationListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the runtime's factory configurations in Config Admin. An event only says which
 * configuration to read again; all are read on one thread, so that what is reported last is what
 * Config Admin holds, however events and the first listing overtake each other. Values pass through
 * the configuration plugins, which resolve placeholders.
 */
public final class ConfigurationFeed implements ConfigurationListener {

  private static final Logger LOG = LoggerFactory.getLogger(ConfigurationFeed.class);

  private static final String ALL =
      ("(|(service.factoryPid=%1$s)(service.factoryPid=%1$s.*)(service.factoryPid=%1$s~*)"
              + "(service.pid=%1$s)(service.pid=%1$s.*)(service.pid=%1$s~*)"
              + "(service.factoryPid=%2$s)(service.factoryPid=%2$s~*)(service.pid=%2$s)(service.pid=%2$s~*)"
              + "(service.factoryPid=%3$s)(service.factoryPid=%3$s~*)(service.pid=%3$s)(service.pid=%3$s~*))")
          .formatted(
              EndpointRuntime.ENDPOINT_FACTORY_PID,
              EndpointRuntime.GROUP_FACTORY_PID,
              EndpointRuntime.PIPE_FACTORY_PID);

  private final ConfigurationAdmin configurationAdmin;
  private final Executor reader;
  private final ConfigurationReceiver receiver;
  private ServiceRegistration<ConfigurationListener> registration;

  /**
   * A feed that is not open yet.
   *
   * @param reader runs what reads Config Admin and calls the receiver, one task after the other
   */
  public ConfigurationFeed(
      ConfigurationAdmin configurationAdmin, Executor reader, ConfigurationReceiver receiver) {
    this.configurationAdmin = configurationAdmin;
    this.reader = reader;
    this.receiver = receiver;
  }

  /** Begins to follow, and reports every configuration that is there, in the order of the PIDs. */
  public void open(BundleContext context) {
    registration = context.registerService(ConfigurationListener.class, this, null);
    reader.execute(this::reportAll);
  }

  /** Ends to follow; what has been handed to the reader may still be reported. */
  public void close() {
    registration.unregister();
  }

  @Override
  public void configurationEvent(ConfigurationEvent event) {
    if (concernsRuntime(factoryPid(event.getPid(), event.getFactoryPid()))
        && event.getType() != ConfigurationEvent.CM_LOCATION_CHANGED) {
      reader.execute(() -> refresh(event.getPid()));
    }
  }

  static boolean isEndpoint(String factoryPid) {
    return factoryPid.equals(EndpointRuntime.ENDPOINT_FACTORY_PID)
        || factoryPid.startsWith(EndpointRuntime.ENDPOINT_FACTORY_PID + ".");
  }

  private static boolean concernsRuntime(String factoryPid) {
    return isEndpoint(factoryPid)
        || factoryPid.equals(EndpointRuntime.GROUP_FACTORY_PID)
        || factoryPid.equals(EndpointRuntime.PIPE_FACTORY_PID);
  }

  /**
   * The factory that a configuration is meant for: some agents make one without a factory of a file
   * {@code factoryPid~name.cfg}, or take a part of the name for a part of the factory PID.
   */
  private static String factoryPid(String pid, String factoryPid) {
    String meant = factoryPid == null ? pid : factoryPid;
    int tilde = meant.indexOf('~');
    return tilde < 0 ? meant : meant.substring(0, tilde);
  }

  private void reportAll() {
    try {
      list(ALL).forEach(this::report);
    } catch (IOException | IllegalStateException e) {
      LOG.error("The runtime could not read the endpoint configurations; write them again", e);
    }
  }

  private void refresh(String pid) {
    try {
      List<Configuration> found = list("(service.pid=" + escape(pid) + ")");
      if (found.isEmpty()) {
        receiver.removed(pid);
      } else {
        report(found.get(0));
      }
    } catch (IOException | IllegalStateException e) {
      LOG.error(
          "The runtime could not read configuration {} and keeps the former one; write it again",
          pid,
          e);
    }
  }

  private void report(Configuration configuration) {
    try {
      Dictionary<String, Object> properties =
          configuration.getProcessedProperties(registration.getReference());
      // Made, but not filled yet: an update follows.
      if (properties != null) {
        receiver.configured(
            StoredConfiguration.of(
                configuration.getPid(),
                factoryPid(configuration.getPid(), configuration.getFactoryPid()),
                properties));
      }
    } catch (IllegalStateException e) {
      // Deleted since it was listed, or this bundle stops; a deletion has an event of its own.
      LOG.debug("A configuration was gone before it was read", e);
    }
  }

  private List<Configuration> list(String filter) throws IOException {
    try {
      Configuration[] found = configurationAdmin.listConfigurations(filter);
      List<Configuration> sorted = new ArrayList<>(found == null ? List.of() : List.of(found));
      sorted.sort(Comparator.comparing(Configuration::getPid));
      return sorted;
    } catch (InvalidSyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String escape(String pid) {
    return pid.replaceAll("([\\\\*()])", "\\\\$1");
  }
}
