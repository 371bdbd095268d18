/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.tck.flow;

import io.sluice.endpoint.ConfigurationException;
import io.sluice.endpoint.Endpoint;
import io.sluice.endpoint.EndpointConfiguration;
import io.sluice.endpoint.EndpointState;
import io.sluice.endpoint.MessageEndpoint;
import io.sluice.endpoint.tck.Backend;
import io.sluice.endpoint.tck.EndpointFixture;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;

/** The endpoints that one test of a suite uses, and their backends. */
final class FlowEndpoints {

  private final EndpointFixture fixture;
  private final List<Endpoint> endpoints = new ArrayList<>();
  private final List<Backend> backends = new ArrayList<>();

  FlowEndpoints(EndpointFixture fixture) {
    this.fixture = fixture;
  }

  Backend backend() {
    Backend backend = fixture.newBackend();
    backends.add(backend);
    return backend;
  }

  MessageEndpoint started(Map<String, Object> properties) {
    try {
      Endpoint endpoint =
          fixture.factory().create(EndpointConfiguration.of("contract", properties));
      endpoints.add(endpoint);
      endpoint.start().toCompletableFuture().join();
      Awaitility.await()
          .pollInterval(Duration.ofMillis(5))
          .atMost(fixture.patience())
          .until(() -> endpoint.status().state() == EndpointState.UP);
      return (MessageEndpoint) endpoint;
    } catch (ConfigurationException e) {
      throw new AssertionError("a configuration of the fixture was refused", e);
    }
  }

  /** Closes them all. */
  void close() {
    endpoints.forEach(Endpoint::close);
    endpoints.clear();
    backends.forEach(Backend::close);
    backends.clear();
  }
}
