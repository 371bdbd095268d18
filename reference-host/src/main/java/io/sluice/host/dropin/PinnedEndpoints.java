/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.host.dropin;

import java.io.IOException;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.osgi.framework.BundleContext;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.Version;
import org.osgi.framework.VersionRange;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells which endpoints must not go over to a version, as their configurations say. */
final class PinnedEndpoints {

  private static final Logger LOG = LoggerFactory.getLogger(PinnedEndpoints.class);
  private static final String VERSION = "version";

  private final BundleContext context;

  PinnedEndpoints(BundleContext context) {
    this.context = context;
  }

  /** The PIDs of configurations whose range of versions leaves one out. */
  Set<String> pidsWithout(Version version) {
    ServiceReference<ConfigurationAdmin> reference =
        context.getServiceReference(ConfigurationAdmin.class);
    ConfigurationAdmin configurations = reference == null ? null : context.getService(reference);
    if (configurations == null) {
      return Set.of(); // stopped
    }
    try {
      return Stream.ofNullable(configurations.listConfigurations("(" + VERSION + "=*)"))
          .flatMap(Stream::of)
          .filter(configuration -> leavesOut(configuration, version))
          .map(Configuration::getPid)
          .collect(Collectors.toSet());
    } catch (IOException | InvalidSyntaxException | IllegalStateException failure) {
      LOG.warn("the configurations cannot be read; an update takes a few seconds more", failure);
      return Set.of();
    } finally {
      context.ungetService(reference);
    }
  }

  private static boolean leavesOut(Configuration configuration, Version version) {
    try {
      String range = String.valueOf(configuration.getProperties().get(VERSION)).trim();
      return !VersionRange.valueOf(range).includes(version);
    } catch (IllegalArgumentException noRange) {
      return false; // the status of the endpoint tells
    }
  }
}
