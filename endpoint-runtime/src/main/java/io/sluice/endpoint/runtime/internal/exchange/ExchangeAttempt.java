/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.runtime.internal.exchange;

import io.sluice.endpoint.EndpointException;
import io.sluice.endpoint.ErrorCode;
import io.sluice.endpoint.Headers;
import io.sluice.endpoint.ProxyRequest;
import io.sluice.endpoint.ProxyResponse;
import io.sluice.endpoint.runtime.internal.control.DetachedException;
import io.sluice.endpoint.runtime.internal.generation.Generation;
import java.nio.ByteBuffer;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One attempt at an exchange: the relays between a host's request and the plugin of one generation.
 * Each stream and stage crosses by a relay of its own; the plugin sees nothing else of the host.
 */
final class ExchangeAttempt {

  private final Generation generation;
  private final Executor callbacks;
  private final Side host;
  private final Side plugin;
  private final BodyRelay requestBody;
  private final BodyRelay tunnel;
  private final StageRelay<Headers> requestTrailers;
  private final StageRelay<Void> aborted;
  private final StageRelay<Headers> responseTrailers;

  /** Parts of the response that have not ended. */
  private final AtomicInteger openParts = new AtomicInteger();

  /** Null when the attempt is over. */
  private volatile Exchange exchange;

  private volatile BodyRelay responseBody;

  ExchangeAttempt(
      Exchange exchange,
      ProxyRequest request,
      Generation generation,
      Side host,
      Executor callbacks) {
    this.exchange = exchange;
    this.generation = generation;
    this.callbacks = callbacks;
    this.host = host;
    this.plugin = new Side(generation::loader, ErrorCode.INTERNAL);
    this.requestBody = toPlugin(request.body());
    this.tunnel = request.tunnel().map(this::toPlugin).orElse(null);
    this.requestTrailers = new StageRelay<>(host, plugin, () -> {}, Runnable::run);
    this.aborted = new StageRelay<>(host, plugin, () -> {}, Runnable::run);
    this.responseTrailers = new StageRelay<>(plugin, host, this::partEnded, callbacks);
  }

  /** The generation that the exchange is to cross to. */
  Generation generation() {
    return generation;
  }

  /** Whether the plugin has not touched the request yet, so that another may have it. */
  boolean isUntouched() {
    return !requestBody.isUsed() && (tunnel == null || !tunnel.isUsed());
  }

  /** Passes the request on. Calls the plugin. */
  void begin(ProxyRequest request) {
    ProxyRequest bridged = bridged(request);
    try {
      plugin.run(() -> generation.proxy().exchange(bridged).whenComplete(this::answered));
    } catch (Throwable e) { // a plugin may throw anything
      answered(null, e);
    }
  }

  /**
   * Separates the two sides, for good. Runs code of both; the host hears first.
   *
   * @param reason what a side is told that still expects something
   */
  void detach(EndpointException reason) {
    exchange = null;
    requestTrailers.drop();
    aborted.drop();
    requestBody.drop(reason);
    if (tunnel != null) {
      tunnel.drop(reason);
    }
    responseTrailers.detach(reason);
    BodyRelay body = responseBody;
    if (body != null) {
      body.detach(reason);
    }
  }

  private BodyRelay toPlugin(Flow.Publisher<ByteBuffer> body) {
    return new BodyRelay(body, host, plugin, completed -> {});
  }

  private ProxyRequest bridged(ProxyRequest request) {
    return request.toBuilder()
        .body(requestBody)
        .hasBody(request.hasBody())
        .trailers(requestTrailers.connect(request.trailers()))
        .tunnel(tunnel)
        .informationalListener(this::informational)
        .aborted(aborted.connect(request.aborted()))
        .build();
  }

  private void informational(int status, Headers headers) {
    Exchange open = exchange;
    if (open != null) {
      open.informational(status, headers);
    }
  }

  private void answered(ProxyResponse response, Throwable error) {
    Exchange open = exchange;
    if (open == null) {
      return;
    }
    if (response != null) {
      open.answered(bridged(response));
    } else {
      open.attemptFailed(this, DetachedException.of(error));
    }
  }

  private ProxyResponse bridged(ProxyResponse response) {
    openParts.set(2);
    responseBody = new BodyRelay(response.body(), plugin, host, this::bodyEnded);
    if (exchange == null) {
      responseBody.detach(gone());
    }
    return response.toBuilder()
        .body(responseBody)
        .trailers(responseTrailers.connect(response.trailers()))
        .build();
  }

  private void bodyEnded(boolean completed) {
    if (completed) {
      partEnded();
    } else {
      end(callbacks);
    }
  }

  /** What has ended as it should leaves nothing to fail, so that it costs no thread. */
  private void partEnded() {
    if (openParts.decrementAndGet() == 0) {
      end(Runnable::run);
    }
  }

  private void end(Executor executor) {
    Exchange open = exchange;
    if (open != null) {
      executor.execute(open::end);
    }
  }

  private DetachedException gone() {
    return new DetachedException(
        ErrorCode.UNAVAILABLE, "endpoint '" + generation.name() + "' is being replaced", true);
  }
}
