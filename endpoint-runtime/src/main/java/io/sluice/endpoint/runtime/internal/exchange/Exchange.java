/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.runtime.internal.exchange;

import io.sluice.endpoint.EndpointException;
import io.sluice.endpoint.ErrorCode;
import io.sluice.endpoint.Headers;
import io.sluice.endpoint.ProxyRequest;
import io.sluice.endpoint.ProxyResponse;
import io.sluice.endpoint.runtime.internal.control.DetachedException;
import io.sluice.endpoint.runtime.internal.generation.Generation;
import io.sluice.endpoint.support.concurrent.ContextClassLoader;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * One exchange, from the host's call to the end of the response. It waits for a generation, or
 * crosses to one. Any thread.
 *
 * <p>Failures reach the host on a thread of the runtime: what fails on a plugin's thread leaves a
 * record of that thread's stack, and so of the plugin's classes, in the host's stages.
 */
final class Exchange {

  private final Exchanges owner;
  private final Executor callbacks;
  private final Side host;
  private final CompletableFuture<ProxyResponse> response = new CompletableFuture<>();
  private final AtomicBoolean over = new AtomicBoolean();

  /** Null when the exchange is over. */
  private volatile ProxyRequest request;

  /** Whether it has ever waited for a generation. */
  private volatile boolean waited;

  /** Null while the exchange waits for a generation. */
  private volatile ExchangeAttempt attempt;

  Exchange(ProxyRequest request, Exchanges owner, Executor callbacks) {
    this.request = request;
    this.owner = owner;
    this.callbacks = callbacks;
    ClassLoader hostLoader = ContextClassLoader.current();
    this.host = new Side(() -> hostLoader, ErrorCode.CLIENT_ABORTED);
  }

  /** What the host waits for. */
  CompletionStage<ProxyResponse> response() {
    return response;
  }

  /** It has to wait for a generation. Any thread. */
  void waits() {
    waited = true;
  }

  boolean hasWaited() {
    return waited;
  }

  /** Ends the exchange when the client goes before a generation has come. */
  void watchClient() {
    ProxyRequest present = request;
    if (present != null) {
      present.aborted().whenComplete((done, error) -> clientGone());
    }
  }

  /** Crosses to a generation. Calls the plugin. */
  void begin(Generation generation) {
    ProxyRequest present = request;
    if (present == null) {
      return;
    }
    ExchangeAttempt next = new ExchangeAttempt(this, present, generation, host, callbacks);
    attempt = next;
    next.begin(present);
    if (over.get()) {
      next.detach(owner.unavailable());
    }
  }

  void informational(int status, Headers headers) {
    ProxyRequest present = request;
    if (present != null) {
      host.run(() -> present.informationalListener().informational(status, headers));
    }
  }

  /** The head of the response is there. Calls the host. */
  void answered(ProxyResponse bridged) {
    host.run(() -> response.complete(bridged));
  }

  /** The plugin refused the request or lost it. */
  void attemptFailed(ExchangeAttempt failed, DetachedException error) {
    if (failed.generation().isDraining() && isNotBegun(error) && failed.isUntouched()) {
      attempt = null;
      owner.waitAgain(this);
    } else {
      callbacks.execute(() -> fail(error));
    }
  }

  /** Fails the exchange at any stage. Calls the host. */
  void fail(EndpointException error) {
    host.run(() -> response.completeExceptionally(error));
    finish(error);
  }

  /** Everything that was to pass has passed. */
  void end() {
    finish(owner.unavailable());
  }

  boolean isOver() {
    return over.get();
  }

  private void finish(EndpointException reason) {
    if (over.compareAndSet(false, true)) {
      request = null;
      owner.finished(this);
      ExchangeAttempt present = attempt;
      if (present != null) {
        present.detach(reason);
      }
    }
  }

  private void clientGone() {
    if (attempt == null) {
      DetachedException gone =
          new DetachedException(ErrorCode.CLIENT_ABORTED, "the client has gone", false);
      callbacks.execute(() -> fail(gone));
    }
  }

  private static boolean isNotBegun(EndpointException error) {
    return error.code().equals(ErrorCode.ENDPOINT_STOPPED)
        || error.code().equals(ErrorCode.UNAVAILABLE);
  }
}
