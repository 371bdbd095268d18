/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.benchmarks.endpoint;

import io.sluice.endpoint.Endpoint;
import io.sluice.endpoint.EndpointConfiguration;
import io.sluice.endpoint.EndpointFactory;
import io.sluice.endpoint.MessageEndpoint;
import java.util.Map;

/** Makes endpoints as a host does, which knows their API alone. */
public final class Endpoints {

  private Endpoints() {}

  /** A started endpoint. */
  public static MessageEndpoint started(EndpointFactory factory, Map<String, Object> properties) {
    Endpoint endpoint = factory.create(EndpointConfiguration.of("benchmark", properties));
    endpoint.start().toCompletableFuture().join();
    return (MessageEndpoint) endpoint;
  }
}
