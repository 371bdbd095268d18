/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.runtime.internal.framework;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Hashtable;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.apache.felix.cm.impl.ConfigurationManager;
import org.apache.felix.framework.FrameworkFactory;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.launch.Framework;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;

/**
 * A real Felix with Config Admin inside the JVM of the test. The classes under test run on the
 * class path, in the name of the system bundle; bundles without content give services another
 * owner.
 */
public final class EmbeddedFramework {

  private final Framework framework;

  /**
   * Starts it.
   *
   * @param storage an empty folder
   */
  public EmbeddedFramework(Path storage) {
    framework =
        new FrameworkFactory()
            .newFramework(
                Map.of(
                    Constants.FRAMEWORK_STORAGE,
                    storage.toString(),
                    Constants.FRAMEWORK_SYSTEMPACKAGES_EXTRA,
                    "org.osgi.service.cm;version=1.6.1"));
    try {
      framework.start();
      context()
          .installBundle(
              ConfigurationManager.class
                  .getProtectionDomain()
                  .getCodeSource()
                  .getLocation()
                  .toString())
          .start();
    } catch (BundleException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The system bundle's context. */
  public BundleContext context() {
    return framework.getBundleContext();
  }

  public ConfigurationAdmin configurationAdmin() {
    return context().getService(context().getServiceReference(ConfigurationAdmin.class));
  }

  /** Makes or replaces a configuration; its PID is {@code <factoryPid>~<name>}. */
  public void configure(String factoryPid, String name, Map<String, ?> properties) {
    try {
      configuration(factoryPid, name).update(new Hashtable<>(properties));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public void delete(String factoryPid, String name) {
    try {
      configuration(factoryPid, name).delete();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Installs and starts a bundle that holds nothing. */
  public Bundle bundle(String symbolicName, String version) {
    try {
      Bundle bundle = context().installBundle(symbolicName + version, jar(symbolicName, version));
      bundle.start();
      return bundle;
    } catch (BundleException e) {
      throw new IllegalStateException(e);
    }
  }

  public void close() throws InterruptedException, BundleException {
    framework.stop();
    framework.waitForStop(10_000);
  }

  private Configuration configuration(String factoryPid, String name) throws IOException {
    return configurationAdmin().getFactoryConfiguration(factoryPid, name, "?");
  }

  private static InputStream jar(String symbolicName, String version) {
    Manifest manifest = new Manifest();
    Attributes headers = manifest.getMainAttributes();
    headers.put(Attributes.Name.MANIFEST_VERSION, "1.0");
    headers.putValue(Constants.BUNDLE_MANIFESTVERSION, "2");
    headers.putValue(Constants.BUNDLE_SYMBOLICNAME, symbolicName);
    headers.putValue(Constants.BUNDLE_VERSION, version);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JarOutputStream jar = new JarOutputStream(bytes, manifest)) {
      jar.finish();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new ByteArrayInputStream(bytes.toByteArray());
  }
}
