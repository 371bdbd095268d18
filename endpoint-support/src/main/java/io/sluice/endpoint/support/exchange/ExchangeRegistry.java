/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.exchange;

import io.sluice.endpoint.EndpointException;
import io.sluice.endpoint.ProxyRequest;
import io.sluice.endpoint.ProxyResponse;
import io.sluice.endpoint.support.lifecycle.EndpointMeter;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/** The exchanges under way at an endpoint. Safe for use by many threads. */
public final class ExchangeRegistry {

  /** One exchange. Safe for use by many threads. */
  public interface Exchange {

    /** Sends the request; called once. What fails is told by the stage: must not throw. */
    CompletionStage<ProxyResponse> begin();

    /** Ends the exchange with an error, in the body if the response has begun. Must not throw. */
    void fail(EndpointException error);
  }

  /** Makes exchanges of one type. */
  @FunctionalInterface
  public interface Factory {

    /**
     * An exchange that has not begun.
     *
     * @param onEnd to be called once, when the exchange ended, whether well or not
     */
    Exchange create(ProxyRequest request, Runnable onEnd);
  }

  private final Factory factory;
  private final EndpointMeter meter;
  private final Supplier<EndpointException> refusal;
  private final Set<Entry> open = ConcurrentHashMap.newKeySet();

  /**
   * A registry without exchanges.
   *
   * @param refusal tells at any time why no exchange can begin; null while it can
   */
  public ExchangeRegistry(
      Factory factory, EndpointMeter meter, Supplier<EndpointException> refusal) {
    this.factory = factory;
    this.meter = meter;
    this.refusal = refusal;
  }

  /** Begins an exchange. The stage fails if it is refused, or fails before the response's head. */
  public CompletionStage<ProxyResponse> exchange(ProxyRequest request) {
    EndpointException refused = refusal.get();
    if (refused != null) {
      meter.failed();
      return CompletableFuture.failedFuture(refused);
    }
    Entry entry = new Entry(request);
    open.add(entry);
    CompletionStage<ProxyResponse> response = entry.exchange.begin();
    EndpointException late = refusal.get();
    if (late != null) {
      entry.exchange.fail(late); // who failed all may not have seen it
    }
    return response;
  }

  /** Whether no exchange is under way. */
  public boolean isDrained() {
    return open.isEmpty();
  }

  /** Fails all exchanges under way. New ones must be refused already. */
  public void fail(EndpointException error) {
    open.forEach(entry -> entry.exchange.fail(error));
  }

  private final class Entry {

    private final Exchange exchange;

    Entry(ProxyRequest request) {
      exchange = factory.create(request, () -> open.remove(this));
    }
  }
}
