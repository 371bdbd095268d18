/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.host.launcher;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkEvent;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.launch.Framework;
import org.osgi.framework.launch.FrameworkFactory;
import org.osgi.framework.startlevel.BundleStartLevel;
import org.osgi.framework.startlevel.FrameworkStartLevel;

/**
 * The framework with the host's bundles, in start levels, so that they stop in the right order as
 * well: the log, what all need, what was dropped in, the HTTP face, and the watch of the drop-in
 * folder.
 */
final class HostFramework {

  private static final Logger LOG = Logger.getLogger(HostFramework.class.getName());

  private static final int LOG_LEVEL = 1;
  private static final int COMMON_LEVEL = 2;

  /** The level of dropped-in bundles, which the framework gives to what is installed later. */
  private static final int DROP_IN_LEVEL = 3;

  private static final int FACE_LEVEL = 4;
  private static final int WATCH_LEVEL = 5;

  private static final Map<String, Integer> START_LEVELS =
      Map.of(
          "org.apache.felix.log", LOG_LEVEL,
          "slf4j.api", LOG_LEVEL,
          "slf4j.jdk14", LOG_LEVEL,
          "io.sluice.host", FACE_LEVEL,
          "org.apache.felix.fileinstall", WATCH_LEVEL,
          "org.apache.felix.gogo.shell", WATCH_LEVEL);

  private static final String SECRETS_FOLDER =
      "org.apache.felix.configadmin.plugin.interpolation.secretsdir";
  private static final String SHELL = "org.apache.felix.gogo.shell";
  private static final long READY_TIMEOUT_SECONDS = 30;
  private static final long POLL_INTERVAL_MILLIS = 10;

  private final Framework framework;

  private HostFramework(Framework framework) {
    this.framework = framework;
  }

  /**
   * Makes a framework, installs the bundles and starts it. Returns when the drop-in folder has been
   * read for the first time.
   *
   * @param placeholders framework properties, which configurations have as {@code $[prop:NAME]}
   * @throws StartException if the framework or a bundle of the host cannot be started
   */
  static HostFramework start(
      Folders folders, Options options, boolean shell, Map<String, String> placeholders)
      throws StartException {
    FrameworkFactory factory = ServiceLoader.load(FrameworkFactory.class).findFirst().orElseThrow();
    Map<String, Object> configuration = configuration(folders, options);
    configuration.putAll(placeholders);
    Framework framework = newFramework(factory, configuration);
    HostFramework host = new HostFramework(framework);
    try {
      framework.init();
      framework.getBundleContext().addFrameworkListener(HostFramework::log);
      host.install(folders.bundles(), shell);
      framework.start();
    } catch (BundleException | IOException failed) {
      throw StartException.failed("the framework does not start: " + failed.getMessage(), failed);
    }
    return host;
  }

  /**
   * Waits until the host is ready.
   *
   * @return its URL
   */
  String awaitReady() throws StartException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(READY_TIMEOUT_SECONDS);
    try {
      while (System.nanoTime() - deadline < 0) {
        Callable<?> readiness = readiness();
        if (readiness != null) {
          return String.valueOf(readiness.call());
        }
        TimeUnit.MILLISECONDS.sleep(POLL_INTERVAL_MILLIS);
      }
    } catch (Exception failed) {
      throw StartException.failed("the host does not get ready: " + failed.getMessage(), failed);
    }
    throw StartException.failed(
        "the host is not ready after " + READY_TIMEOUT_SECONDS + " s; the log says why", null);
  }

  /** Stops the framework and waits; false if it takes longer than the limit. */
  boolean stop(long limitMillis) throws InterruptedException {
    try {
      framework.stop();
      return framework.waitForStop(limitMillis).getType() != FrameworkEvent.WAIT_TIMEDOUT;
    } catch (BundleException failed) {
      LOG.log(Level.SEVERE, "the framework does not stop", failed);
      return false;
    }
  }

  /** Waits until the framework was stopped. */
  void awaitStop() throws InterruptedException {
    framework.waitForStop(0);
  }

  /** The factory takes objects where the specification's signature says text. */
  @SuppressWarnings({"unchecked", "rawtypes"})
  private static Framework newFramework(FrameworkFactory factory, Map<String, Object> properties) {
    return factory.newFramework((Map) properties);
  }

  private static Map<String, Object> configuration(Folders folders, Options options) {
    Map<String, Object> properties = new HashMap<>();
    properties.put(Constants.FRAMEWORK_STORAGE, folders.framework().toString());
    properties.put(
        Constants.FRAMEWORK_STORAGE_CLEAN, Constants.FRAMEWORK_STORAGE_CLEAN_ONFIRSTINIT);
    properties.put(Constants.FRAMEWORK_BEGINNING_STARTLEVEL, Integer.toString(WATCH_LEVEL));
    properties.put("felix.log.logger", new FrameworkLog());
    properties.put("felix.log.level", "2");
    properties.put("felix.fileinstall.dir", folders.load().toString());
    properties.put("felix.fileinstall.tmpdir", folders.data().resolve("fileinstall").toString());
    properties.put("felix.fileinstall.filter", "[^.].*\\.(jar|cfg|config|json)");
    properties.put("felix.fileinstall.poll", "500");
    properties.put("felix.fileinstall.noInitialDelay", "true");
    properties.put("felix.fileinstall.subdir.mode", "skip");
    properties.put("felix.fileinstall.disableNio2", "true");
    properties.put("felix.fileinstall.enableConfigSave", "false");
    properties.put("felix.fileinstall.configEncoding", "UTF-8");
    properties.put("felix.fileinstall.log.level", "2");
    options
        .secrets()
        .ifPresent(
            folder ->
                properties.put(SECRETS_FOLDER, folder.toAbsolutePath().normalize().toString()));
    properties.put("sluice.http.address", options.listen());
    properties.put("sluice.http.port", Integer.toString(options.port()));
    properties.put("sluice.http.maxBody", Long.toString(options.maxBody()));
    properties.put("sluice.http.allowedHosts", String.join(",", options.allowedHosts()));
    return properties;
  }

  private void install(Path folder, boolean shell) throws IOException, BundleException {
    BundleContext context = framework.getBundleContext();
    List<Bundle> bundles = new ArrayList<>();
    try (Stream<Path> jars = Files.list(folder)) {
      for (Path jar : jars.filter(file -> file.toString().endsWith(".jar")).sorted().toList()) {
        bundles.add(context.installBundle(jar.toUri().toString()));
      }
    }
    framework.adapt(FrameworkStartLevel.class).setInitialBundleStartLevel(DROP_IN_LEVEL);
    for (Bundle bundle : bundles) {
      bundle
          .adapt(BundleStartLevel.class)
          .setStartLevel(START_LEVELS.getOrDefault(bundle.getSymbolicName(), COMMON_LEVEL));
      boolean fragment = bundle.getHeaders().get(Constants.FRAGMENT_HOST) != null;
      if (!fragment && (shell || !SHELL.equals(bundle.getSymbolicName()))) {
        bundle.start(Bundle.START_ACTIVATION_POLICY);
      }
    }
  }

  private Callable<?> readiness() throws InvalidSyntaxException {
    BundleContext context = framework.getBundleContext();
    for (ServiceReference<?> reference :
        context.getServiceReferences(Callable.class, "(sluice.host=readiness)")) {
      if (context.getService(reference) instanceof Callable<?> readiness) {
        return readiness;
      }
    }
    return null;
  }

  private static void log(FrameworkEvent event) {
    if (event.getType() == FrameworkEvent.ERROR) {
      LOG.log(Level.SEVERE, "bundle " + event.getBundle(), event.getThrowable());
    }
  }
}
