/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.host.http;

import io.sluice.endpoint.ConfigurationSchema;
import io.sluice.endpoint.Endpoint;
import io.sluice.endpoint.EndpointState;
import io.sluice.endpoint.EndpointStatus;
import io.sluice.endpoint.EndpointType;
import io.sluice.endpoint.Mode;
import io.sluice.endpoint.Qos;
import io.sluice.endpoint.Violation;
import io.sluice.endpoint.runtime.EndpointRuntime;
import io.sluice.endpoint.runtime.ManagedEndpoint;
import io.sluice.endpoint.runtime.ManagedPipe;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A runtime with the endpoints that a test gives it, and one that is badly configured. */
final class FakeRuntime implements EndpointRuntime {

  private final List<ManagedEndpoint> endpoints;

  FakeRuntime(Endpoint... handles) {
    List<ManagedEndpoint> all = new java.util.ArrayList<>();
    for (Endpoint handle : handles) {
      all.add(new Managed(handle.name(), handle.status(), Optional.of(handle)));
    }
    all.add(new Managed("broken", invalid(), Optional.empty()));
    endpoints = List.copyOf(all);
  }

  @Override
  public List<ManagedEndpoint> endpoints() {
    return endpoints;
  }

  @Override
  public Optional<ManagedEndpoint> endpoint(String name) {
    return endpoints.stream().filter(endpoint -> endpoint.name().equals(name)).findFirst();
  }

  @Override
  public List<EndpointType> types() {
    return List.of(type("1.0.0"), type("1.1.0"));
  }

  @Override
  public List<ManagedPipe> pipes() {
    return List.of();
  }

  @Override
  public boolean drain(String name) {
    throw new UnsupportedOperationException("not used by the HTTP face");
  }

  @Override
  public boolean resume(String name) {
    throw new UnsupportedOperationException("not used by the HTTP face");
  }

  private static EndpointType type(String version) {
    return EndpointType.builder("fake")
        .version(version)
        .modes(Mode.CONSUME, Mode.PUBLISH)
        .qos(Qos.AUTO)
        .capabilities(EndpointType.RESUME)
        .schema(ConfigurationSchema.of("{\"version\": \"" + version + "\"}"))
        .build();
  }

  private static EndpointStatus invalid() {
    return EndpointStatus.builder(EndpointState.INVALID, Instant.EPOCH)
        .reason("1 violation")
        .violations(List.of(Violation.of("/size", "size", "must be a number")))
        .build();
  }

  private record Managed(String name, EndpointStatus status, Optional<Endpoint> endpoint)
      implements ManagedEndpoint {

    @Override
    public String pid() {
      return ENDPOINT_FACTORY_PID + "~" + name;
    }

    @Override
    public String type() {
      return "fake";
    }

    @Override
    public Optional<String> version() {
      return endpoint.map(handle -> "1.1.0");
    }

    @Override
    public Map<String, Object> configuration() {
      return Map.of("password", "***", "list", List.of(1, "two"));
    }
  }
}
