/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.runtime.internal.endpoint;

import io.sluice.endpoint.EndpointFactory;
import io.sluice.endpoint.EndpointType;
import java.util.Objects;
import org.osgi.framework.Version;

/**
 * A factory that is present and may serve a configuration. Two candidates are equal when they hold
 * the same factory object in the same version.
 *
 * @param factory the service object, not null; it belongs to a plugin's class loader, so a
 *     candidate must not be kept once the factory has left
 * @param type what the factory serves, labelled with the version of its bundle, not null
 * @param version the version of the factory's bundle, not null
 * @param serviceId the service's id
 */
public record FactoryCandidate(
    EndpointFactory factory, EndpointType type, Version version, long serviceId) {

  public FactoryCandidate {
    Objects.requireNonNull(factory, "factory");
    Objects.requireNonNull(type, "type");
    Objects.requireNonNull(version, "version");
  }

  /** The class loader under which the plugin's code runs; null for the boot class path. */
  public ClassLoader loader() {
    return factory.getClass().getClassLoader();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof FactoryCandidate candidate
        && candidate.factory == factory
        && candidate.version.equals(version);
  }

  @Override
  public int hashCode() {
    return 31 * System.identityHashCode(factory) + version.hashCode();
  }

  /** Type and version. */
  @Override
  public String toString() {
    return type.name() + " " + version;
  }
}
