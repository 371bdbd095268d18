/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.runtime.internal.registry;

import io.sluice.endpoint.Endpoint;
import io.sluice.endpoint.EndpointStatus;
import io.sluice.endpoint.runtime.ManagedEndpoint;
import io.sluice.endpoint.runtime.internal.endpoint.HostedEndpoint;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * What hosts see of one configuration: either of a live endpoint, or of one that is refused or has
 * to wait. Written by the control thread, read by any.
 */
final class ManagedEndpointView implements ManagedEndpoint {

  private final String pid;
  private final String name;
  private final HostedEndpoint hosted;
  private volatile String type = "";
  private volatile Map<String, Object> configuration = Map.of();
  private volatile EndpointStatus rejection;

  /** Of a configuration with a live endpoint. */
  ManagedEndpointView(String pid, String name, HostedEndpoint hosted) {
    this(pid, name, Objects.requireNonNull(hosted, "hosted"), null);
  }

  /** Of a configuration without one. */
  ManagedEndpointView(String pid, String name, EndpointStatus rejection) {
    this(pid, name, null, Objects.requireNonNull(rejection, "rejection"));
  }

  private ManagedEndpointView(
      String pid, String name, HostedEndpoint hosted, EndpointStatus rejection) {
    this.pid = pid;
    this.name = name;
    this.hosted = hosted;
    this.rejection = rejection;
  }

  /** Whether this shows a configuration under a name, with a live endpoint or (null) without. */
  boolean shows(String configuredName, HostedEndpoint endpoint) {
    return hosted == endpoint && name.equals(configuredName);
  }

  /** Sets what may be shown of the configuration. */
  void show(String configuredType, Map<String, Object> masked) {
    type = configuredType;
    configuration = masked;
  }

  /** Sets why there is no endpoint; returns whether that is new. */
  boolean reject(EndpointStatus why) {
    boolean same =
        rejection.state() == why.state()
            && rejection.reason().equals(why.reason())
            && rejection.violations().equals(why.violations());
    if (!same) {
      rejection = why;
    }
    return !same;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public String pid() {
    return pid;
  }

  @Override
  public String type() {
    return type;
  }

  @Override
  public Optional<String> version() {
    return hosted == null ? Optional.empty() : hosted.version();
  }

  @Override
  public EndpointStatus status() {
    return hosted == null ? rejection : hosted.status();
  }

  @Override
  public Map<String, Object> configuration() {
    return configuration;
  }

  @Override
  public Optional<Endpoint> endpoint() {
    return hosted == null ? Optional.empty() : Optional.of(hosted.handle());
  }

  @Override
  public String toString() {
    return name + " (" + pid + ")";
  }
}
