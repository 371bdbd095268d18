/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.itest.host;

import io.sluice.endpoint.runtime.EndpointRuntime;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.rules.ExternalResource;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.FrameworkEvent;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.wiring.FrameworkWiring;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;

/**
 * The framework that a test runs in, as an operator has it: bundles and configurations come, change
 * and go. What a test put into it is gone after the test.
 */
public final class Host extends ExternalResource {

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final Deque<Bundle> bundles = new ArrayDeque<>();
  private final Deque<Configuration> configurations = new ArrayDeque<>();
  private BundleContext context;

  @Override
  protected void before() {
    context = FrameworkUtil.getBundle(Host.class).getBundleContext();
    Awaitility.setDefaultTimeout(PATIENCE);
    Awaitility.setDefaultPollInterval(Duration.ofMillis(10));
    Awaitility.setDefaultPollDelay(Duration.ZERO);
  }

  @Override
  protected void after() {
    try {
      while (!configurations.isEmpty()) {
        delete(configurations.peekLast());
      }
      while (!bundles.isEmpty()) {
        uninstall(bundles.peekLast());
      }
      refresh();
    } catch (BundleException | IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The context of the test's own bundle. */
  public BundleContext context() {
    return context;
  }

  /** Installs a bundle without starting it. */
  public Bundle install(BundleFile file) throws BundleException, IOException {
    try (InputStream bytes = file.open()) {
      Bundle bundle = context.installBundle(file.location(), bytes);
      bundles.add(bundle);
      return bundle;
    }
  }

  /** Installs a bundle and starts it. */
  public Bundle start(BundleFile file) throws BundleException, IOException {
    Bundle bundle = install(file);
    bundle.start();
    return bundle;
  }

  /** Updates a bundle, as an operator does by overwriting its file. */
  public void update(Bundle bundle, BundleFile file) throws BundleException, IOException {
    try (InputStream bytes = file.open()) {
      bundle.update(bytes);
    }
  }

  /** Uninstalls a bundle and leaves the rest to {@link #refresh()}. */
  public void uninstall(Bundle bundle) throws BundleException {
    bundles.remove(bundle);
    if (bundle.getState() != Bundle.UNINSTALLED) {
      bundle.uninstall();
    }
  }

  /** Refreshes bundles, or all that were updated or uninstalled, and waits until that is done. */
  public void refresh(Bundle... affected) {
    CountDownLatch done = new CountDownLatch(1);
    context
        .getBundle(0)
        .adapt(FrameworkWiring.class)
        .refreshBundles(
            affected.length == 0 ? null : List.of(affected),
            event -> {
              if (event.getType() == FrameworkEvent.PACKAGES_REFRESHED) {
                done.countDown();
              }
            });
    try {
      if (!done.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
        throw new IllegalStateException("the refresh does not come to an end");
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The bundle of a symbolic name in its highest version. */
  public Bundle bundle(String symbolicName) {
    Bundle highest = null;
    for (Bundle bundle : context.getBundles()) {
      if (symbolicName.equals(bundle.getSymbolicName())
          && (highest == null || bundle.getVersion().compareTo(highest.getVersion()) > 0)) {
        highest = bundle;
      }
    }
    return highest;
  }

  /** Makes a configuration {@code <factoryPid>~<name>}. */
  public Configuration configure(String factoryPid, String name, Map<String, ?> properties)
      throws IOException {
    Configuration configuration =
        service(ConfigurationAdmin.class).getFactoryConfiguration(factoryPid, name, "?");
    configurations.add(configuration);
    configuration.update(new Hashtable<>(properties));
    return configuration;
  }

  /** Configures an endpoint of a type. */
  public Configuration endpoint(String type, String name, Map<String, ?> properties)
      throws IOException {
    return configure(EndpointRuntime.ENDPOINT_FACTORY_PID + "." + type, name, properties);
  }

  /** Edits a configuration. */
  public void edit(Configuration configuration, Map<String, ?> properties) throws IOException {
    configuration.update(new Hashtable<>(properties));
  }

  /** Deletes a configuration. */
  public void delete(Configuration configuration) throws IOException {
    configurations.remove(configuration);
    configuration.delete();
  }

  /** A service that must be there. */
  public <S> S service(Class<S> type) {
    ServiceReference<S> reference = context.getServiceReference(type);
    if (reference == null) {
      throw new IllegalStateException("no service " + type.getName());
    }
    return context.getService(reference);
  }
}
