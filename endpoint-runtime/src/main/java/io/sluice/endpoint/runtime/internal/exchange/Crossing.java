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
 * One attempt at an exchange: the bridges between a host's request and the plugin of one
 * generation. Each stream and stage crosses by a bridge of its own; the plugin sees nothing else of
 * the host.
 */
final class Crossing {

  private final Generation generation;
  private final Executor callbacks;
  private final Side host;
  private final Side plugin;
  private final BodyBridge requestBody;
  private final BodyBridge tunnel;
  private final StageBridge<Headers> requestTrailers;
  private final StageBridge<Void> aborted;
  private final StageBridge<Headers> responseTrailers;

  /** Parts of the response that have not ended. */
  private final AtomicInteger openParts = new AtomicInteger();

  /** Null when the crossing is over. */
  private volatile Exchange exchange;

  private volatile BodyBridge responseBody;

  Crossing(
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
    this.requestTrailers = new StageBridge<>(host, plugin, () -> {}, Runnable::run);
    this.aborted = new StageBridge<>(host, plugin, () -> {}, Runnable::run);
    this.responseTrailers = new StageBridge<>(plugin, host, this::partEnded, callbacks);
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
  void sever(EndpointException reason) {
    exchange = null;
    requestTrailers.drop();
    aborted.drop();
    requestBody.drop(reason);
    if (tunnel != null) {
      tunnel.drop(reason);
    }
    responseTrailers.sever(reason);
    BodyBridge body = responseBody;
    if (body != null) {
      body.sever(reason);
    }
  }

  private BodyBridge toPlugin(Flow.Publisher<ByteBuffer> body) {
    return new BodyBridge(body, host, plugin, completed -> {});
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
      open.crossingFailed(this, DetachedException.of(error));
    }
  }

  private ProxyResponse bridged(ProxyResponse response) {
    openParts.set(2);
    responseBody = new BodyBridge(response.body(), plugin, host, this::bodyEnded);
    if (exchange == null) {
      responseBody.sever(gone());
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
      end();
    }
  }

  private void partEnded() {
    if (openParts.decrementAndGet() == 0) {
      end();
    }
  }

  private void end() {
    Exchange open = exchange;
    if (open != null) {
      callbacks.execute(open::end);
    }
  }

  private DetachedException gone() {
    return new DetachedException(
        ErrorCode.UNAVAILABLE, "endpoint '" + generation.name() + "' is being replaced", true);
  }
}
