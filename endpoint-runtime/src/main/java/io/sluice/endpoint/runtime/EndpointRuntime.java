/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.runtime;

import io.sluice.endpoint.EndpointType;
import java.util.List;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The runtime's view of the host, as an OSGi service. Safe for use by many threads; each call
 * returns a snapshot. A {@link RuntimeListener} is notified of changes.
 */
@ProviderType
public interface EndpointRuntime {

  /**
   * Factory PID of endpoints of any type; followed by a dot and a type, of endpoints of that type.
   */
  String ENDPOINT_FACTORY_PID = "io.sluice.endpoint";

  /** Factory PID of groups: keys that several endpoints share. */
  String GROUP_FACTORY_PID = "io.sluice.group";

  /** Factory PID of pipes between two endpoints. */
  String PIPE_FACTORY_PID = "io.sluice.pipe";

  /**
   * Key by which a host says that it could not read a configuration; the value tells people what is
   * wrong, and where. Other keys do not count beside it: what works goes on as it was configured
   * last, {@code DEGRADED}, and what is new is {@code INVALID}. A group stays as it was, and its
   * endpoints show a warning.
   *
   * @since 1.1
   */
  String CONFIGURATION_PROBLEM = "io.sluice.configuration.problem";

  /**
   * Key by which a host warns of something in a configuration that is likely a mistake; the value
   * tells people what, and where. The configuration counts, and its endpoint, pipe or the endpoints
   * of its group show the warning in their status.
   *
   * @since 1.1
   */
  String CONFIGURATION_WARNING = "io.sluice.configuration.warning";

  /** All configured endpoints, broken configurations included, ordered by name, then PID. */
  List<ManagedEndpoint> endpoints();

  /**
   * The endpoint that bears a name; a later one of the same name is only in {@link #endpoints()}.
   */
  Optional<ManagedEndpoint> endpoint(String name);

  /** The types that bundles serve now, one entry a version, ordered by name, then version. */
  List<EndpointType> types();

  /** All configured pipes, ordered by name. */
  List<ManagedPipe> pipes();

  /**
   * Takes an endpoint out of work: it stops after its drain time, until {@link #resume}, a restart
   * of the runtime or the deletion of its configuration. An edit does not let it work again, nor
   * does a new name, by which it is to be resumed then. Does not wait for that.
   *
   * @return whether an endpoint of that name has a {@linkplain ManagedEndpoint#endpoint() handle};
   *     one whose configuration is {@code INVALID} has none if its name is wrong or taken
   * @since 1.1
   */
  boolean drain(String name);

  /**
   * Lets a drained endpoint start again; has no effect on one that is not drained. Does not wait
   * for that.
   *
   * @return as of {@link #drain}
   * @since 1.1
   */
  boolean resume(String name);
}
