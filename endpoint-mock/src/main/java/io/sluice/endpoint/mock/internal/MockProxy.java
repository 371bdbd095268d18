/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.mock.internal;

import io.sluice.endpoint.EndpointException;
import io.sluice.endpoint.ProxyRequest;
import io.sluice.endpoint.ProxyResponse;
import io.sluice.endpoint.support.concurrent.SharedWorkers;
import io.sluice.endpoint.support.lifecycle.EndpointMeter;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/** Answers exchanges like a typical HTTP server, and knows those under way. */
final class MockProxy {

  private final MockSettings settings;
  private final SharedWorkers workers;
  private final EndpointMeter meter;
  private final Supplier<EndpointException> refusal;
  private final Set<Exchange> open = ConcurrentHashMap.newKeySet();

  /**
   * A proxy.
   *
   * @param refusal tells at any time why no exchange can begin; null while it can
   */
  MockProxy(
      MockSettings settings,
      SharedWorkers workers,
      EndpointMeter meter,
      Supplier<EndpointException> refusal) {
    this.settings = settings;
    this.workers = workers;
    this.meter = meter;
    this.refusal = refusal;
  }

  CompletionStage<ProxyResponse> exchange(ProxyRequest request) {
    EndpointException refused = refusal.get();
    if (refused != null) {
      meter.failed();
      return CompletableFuture.failedFuture(refused);
    }
    Exchange exchange = new Exchange(request, settings, workers, meter, open::remove);
    open.add(exchange);
    CompletionStage<ProxyResponse> response = exchange.begin();
    EndpointException late = refusal.get();
    if (late != null) {
      exchange.fail(late); // who failed all may not have seen it
    }
    return response;
  }

  /** Whether no exchange is under way. */
  boolean isDrained() {
    return open.isEmpty();
  }

  /** Fails all exchanges under way. */
  void fail(EndpointException error) {
    open.forEach(exchange -> exchange.fail(error));
  }
}
