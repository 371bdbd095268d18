/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.host.http;

import io.sluice.endpoint.Endpoint;
import io.sluice.endpoint.EndpointCounters;
import io.sluice.endpoint.EndpointState;
import io.sluice.endpoint.EndpointStatus;
import io.sluice.endpoint.Mode;
import io.sluice.endpoint.StatusListener;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** What the fakes have in common: an endpoint that is always up. */
abstract class FakeEndpoint implements Endpoint {

  private final String name;
  private final Set<Mode> modes;

  FakeEndpoint(String name, Set<Mode> modes) {
    this.name = name;
    this.modes = modes;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Set<Mode> modes() {
    return modes;
  }

  @Override
  public CompletionStage<Void> start() {
    return CompletableFuture.completedStage(null);
  }

  @Override
  public EndpointStatus status() {
    return EndpointStatus.builder(EndpointState.UP, Instant.EPOCH)
        .details(Map.of("assigned", List.of("orders-0")))
        .counters(EndpointCounters.builder().skipped(7).build())
        .build();
  }

  @Override
  public void addStatusListener(StatusListener listener) {}

  @Override
  public void removeStatusListener(StatusListener listener) {}

  @Override
  public CompletionStage<Void> stop(Duration drain) {
    return CompletableFuture.completedStage(null);
  }

  @Override
  public void close() {}
}
