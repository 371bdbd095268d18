/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.runtime;

import io.sluice.endpoint.Endpoint;
import io.sluice.endpoint.EndpointStatus;
import java.util.Map;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;

/** One endpoint configuration and what became of it. Safe for use by many threads. */
@ProviderType
public interface ManagedEndpoint {

  /** The configured name, or the PID where the configuration has none. */
  String name();

  /** The PID of the configuration. */
  String pid();

  /** The configured type; empty where the configuration has none. */
  String type();

  /** The version of the bundle that serves it now; empty while none does. */
  Optional<String> version();

  /** The present status, never null. */
  EndpointStatus status();

  /** The nested configuration with group and defaults applied and every secret masked. */
  Map<String, Object> configuration();

  /**
   * The stable handle, which is also a {@link io.sluice.endpoint.MessageEndpoint} and a {@link
   * io.sluice.endpoint.ProxyEndpoint}; empty for a configuration that cannot become an endpoint.
   */
  Optional<Endpoint> endpoint();
}
