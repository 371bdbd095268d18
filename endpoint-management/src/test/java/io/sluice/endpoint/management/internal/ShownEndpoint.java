/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.management.internal;

import io.sluice.endpoint.Endpoint;
import io.sluice.endpoint.EndpointStatus;
import io.sluice.endpoint.runtime.ManagedEndpoint;
import java.util.Map;
import java.util.Optional;

/** An endpoint with a status that a test gives. */
public record ShownEndpoint(
    String name,
    String pid,
    String type,
    Optional<String> version,
    EndpointStatus status,
    Map<String, Object> configuration,
    Optional<Endpoint> endpoint)
    implements ManagedEndpoint {

  /** An endpoint with a handle. */
  public static ShownEndpoint live(String name, EndpointStatus status) {
    return live(name, status, new QueueEndpoint(name));
  }

  /** An endpoint with a handle that the test gives. */
  public static ShownEndpoint live(String name, EndpointStatus status, Endpoint handle) {
    return new ShownEndpoint(
        name,
        "io.sluice.endpoint~" + name,
        "queue",
        Optional.of("1.0.0"),
        status,
        Map.of("topic", name),
        Optional.of(handle));
  }

  /** A configuration that did not become an endpoint. */
  public static ShownEndpoint refused(String name, String pid, EndpointStatus status) {
    return new ShownEndpoint(
        name, pid, "queue", Optional.empty(), status, Map.of(), Optional.empty());
  }
}
