/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.itest.driver;

import static org.ops4j.pax.exam.CoreOptions.bundle;
import static org.ops4j.pax.exam.CoreOptions.composite;
import static org.ops4j.pax.exam.CoreOptions.frameworkProperty;
import static org.ops4j.pax.exam.CoreOptions.junitBundles;
import static org.ops4j.pax.exam.CoreOptions.options;
import static org.ops4j.pax.exam.CoreOptions.systemPackages;

import java.nio.file.Path;
import java.util.stream.Stream;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.options.UrlProvisionOption;
import org.osgi.framework.Constants;

/** The bundles of a host. Endpoint bundles are not among them: tests drop them in. */
public final class HostConfiguration {

  private HostConfiguration() {}

  /** A host with nothing that the runtime can do without. */
  public static Option[] minimal() {
    TestBundles.build();
    return options(
        junitBundles(),
        driverPackages(),
        bundles(
            "org.osgi.util.function",
            "org.osgi.util.promise",
            "org.osgi.service.component",
            "org.apache.felix.configadmin",
            "org.apache.felix.scr",
            "endpoint-api",
            "endpoint-runtime"));
  }

  /** A minimal host with the bundle for operators, and nothing of what that can make use of. */
  public static Option[] minimalWithManagement() {
    return options(composite(minimal()), bundles("endpoint-management"));
  }

  /** A host with everything that the runtime and the bundle for operators can make use of. */
  public static Option[] complete() {
    return options(
        composite(
            // Its history holds references to services that are gone; Equinox's hold the services.
            frameworkProperty("org.apache.felix.log.maxSize").value("0"),
            bundles(
                "org.apache.felix.log",
                "org.apache.felix.metatype",
                "org.apache.felix.gogo.runtime",
                "org.apache.felix.healthcheck.api",
                "org.osgi.util.converter",
                "org.apache.felix.configadmin.plugin.interpolation")),
        composite(minimalWithManagement()));
  }

  /** A complete host with a Kafka broker in reach. */
  public static Option[] completeWithKafka() {
    KafkaBeside.start();
    return complete();
  }

  /**
   * Keeps the bundles of the host in a folder of its own. A library that is loaded from a path is
   * not loaded from there again before its class loader is collected, and otherwise all hosts use
   * one folder. What a former run of the tests has left there is removed.
   */
  public static Option storage(String name) {
    return composite(
        frameworkProperty(Constants.FRAMEWORK_STORAGE)
            .value(Path.of("target", "storage-" + name).toAbsolutePath().toString()),
        frameworkProperty(Constants.FRAMEWORK_STORAGE_CLEAN)
            .value(Constants.FRAMEWORK_STORAGE_CLEAN_ONFIRSTINIT));
  }

  /**
   * What the system bundle offers of the driver's class path: the log, and what tests are written
   * with.
   */
  private static Option driverPackages() {
    return systemPackages(
        "org.slf4j;version=1.7.36",
        "org.slf4j.event;version=1.7.36",
        "org.slf4j.helpers;version=1.7.36",
        "org.slf4j.spi;version=1.7.36",
        "io.sluice.endpoint.tck.broker",
        "org.assertj.core.api",
        "org.assertj.core.api.iterable",
        "org.awaitility",
        "org.awaitility.core");
  }

  private static Option bundles(String... artifacts) {
    return composite(Stream.of(artifacts).map(HostConfiguration::built).toArray(Option[]::new));
  }

  private static UrlProvisionOption built(String artifact) {
    return bundle(Path.of("target", "bundles", artifact + ".jar").toUri().toString());
  }
}
