/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.itest.bundles.faulty;

import static java.util.concurrent.CompletableFuture.completedStage;
import static java.util.concurrent.CompletableFuture.failedStage;

import io.sluice.endpoint.EndpointException;
import io.sluice.endpoint.EndpointState;
import io.sluice.endpoint.EndpointStatus;
import io.sluice.endpoint.ErrorCode;
import io.sluice.endpoint.Headers;
import io.sluice.endpoint.Mode;
import io.sluice.endpoint.ProxyEndpoint;
import io.sluice.endpoint.ProxyRequest;
import io.sluice.endpoint.ProxyResponse;
import io.sluice.endpoint.StatusListener;
import io.sluice.itest.bundles.faulty.FaultyEndpointFactory.Fault;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/** Answers exchanges with the version of its bundle, if it comes so far. */
final class FaultyEndpoint implements ProxyEndpoint {

  private final String name;
  private final Fault fault;
  private final String version;
  private volatile EndpointStatus status = in(EndpointState.STOPPED);

  FaultyEndpoint(String name, Fault fault, String version) {
    this.name = name;
    this.fault = fault;
    this.version = version;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Set<Mode> modes() {
    return Set.of(Mode.EXCHANGE);
  }

  @Override
  public CompletionStage<Void> start() {
    switch (fault) {
      case START_THROWS -> throw new IllegalStateException("start throws on purpose");
      case START_HANGS -> FaultyEndpointFactory.hang();
      case START_FAILS -> {
        return failedStage(new EndpointException(ErrorCode.INTERNAL, "start fails on purpose"));
      }
      default -> status = in(EndpointState.UP);
    }
    return completedStage(null);
  }

  @Override
  public CompletionStage<ProxyResponse> exchange(ProxyRequest request) {
    return completedStage(
        ProxyResponse.builder(200).headers(Headers.of("served-by", version)).build());
  }

  @Override
  public EndpointStatus status() {
    return status;
  }

  @Override
  public void addStatusListener(StatusListener listener) {
    // its state does not change by itself
  }

  @Override
  public void removeStatusListener(StatusListener listener) {
    // none is kept
  }

  @Override
  public CompletionStage<Void> stop(Duration drain) {
    close();
    return completedStage(null);
  }

  @Override
  public void close() {
    status = in(EndpointState.STOPPED);
  }

  private static EndpointStatus in(EndpointState state) {
    return EndpointStatus.builder(state, Instant.now()).build();
  }
}
