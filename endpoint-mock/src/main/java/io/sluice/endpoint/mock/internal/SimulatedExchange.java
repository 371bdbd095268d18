/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.mock.internal;

import io.sluice.endpoint.EndpointException;
import io.sluice.endpoint.ErrorCode;
import io.sluice.endpoint.Headers;
import io.sluice.endpoint.ProxyRequest;
import io.sluice.endpoint.ProxyResponse;
import io.sluice.endpoint.support.concurrent.Failure;
import io.sluice.endpoint.support.concurrent.SharedWorkers;
import io.sluice.endpoint.support.concurrent.WorkerShare;
import io.sluice.endpoint.support.exchange.BoundedBody;
import io.sluice.endpoint.support.exchange.BytesBody;
import io.sluice.endpoint.support.exchange.ExchangeRegistry;
import io.sluice.endpoint.support.lifecycle.EndpointMeter;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * One exchange, answered as a typical HTTP server does: reads the request's body, waits for the
 * latency and answers; or hands the body back as it comes. Ends once, by whichever thread is first.
 */
final class SimulatedExchange implements ExchangeRegistry.Exchange {

  private static final int CONTENT_TOO_LARGE = 413;
  private static final int NO_CONTENT = 204;
  private static final int NOT_MODIFIED = 304;

  private final ProxyRequest request;
  private final MockSettings.Http settings;
  private final boolean echo;
  private final SharedWorkers workers;
  private final WorkerShare receivers;
  private final EndpointMeter meter;
  private final Runnable onEnd;
  private final BoundedBody body;
  private final CompletableFuture<ProxyResponse> response = new CompletableFuture<>();
  private final AtomicBoolean ended = new AtomicBoolean();

  /**
   * An exchange that has not begun.
   *
   * @param onEnd called once
   */
  SimulatedExchange(
      ProxyRequest request,
      MockSettings settings,
      SharedWorkers workers,
      WorkerShare receivers,
      EndpointMeter meter,
      Runnable onEnd) {
    this.request = request;
    this.settings = settings.http();
    this.echo = settings.echo();
    this.workers = workers;
    this.receivers = receivers;
    this.meter = meter;
    this.onEnd = onEnd;
    this.body = new BoundedBody(request.body(), this.settings.maxRequestBody(), this::bodyEnded);
  }

  @Override
  public CompletionStage<ProxyResponse> begin() {
    meter.exchangeBegun();
    request
        .aborted()
        .thenRun(
            () -> fail(new EndpointException(ErrorCode.CLIENT_ABORTED, "the client went away")));
    if (echo) {
      afterLatency(this::answerWithRequest);
    } else {
      readBody();
    }
    return response;
  }

  @Override
  public void fail(EndpointException error) {
    if (ended.compareAndSet(false, true)) {
      meter.exchangeFailed();
      onEnd.run();
      response.completeExceptionally(error);
      body.fail(error);
    }
  }

  private void readBody() {
    try {
      body.subscribe(new Discarding());
    } catch (RuntimeException e) {
      fail(Failure.of(e));
    }
  }

  private void bodyEnded(long bytes, Throwable error) {
    meter.exchangeSent(bytes);
    if (error == null && echo) {
      end();
    } else if (error == null) {
      afterLatency(() -> answer(settings.status(), bodyOf(settings)));
    } else if (!echo && isTooLarge(error)) {
      afterLatency(() -> answer(CONTENT_TOO_LARGE, new byte[0]));
    } else {
      fail(
          error instanceof EndpointException known
              ? known
              : new EndpointException(
                  ErrorCode.CLIENT_ABORTED, "the request's body broke off", false, error));
    }
  }

  private void answerWithRequest() {
    Headers.Builder headers = settings.headers().toBuilder();
    if (settings.headers().textIgnoreCase("content-type").isEmpty()) {
      request
          .headers()
          .textIgnoreCase("content-type")
          .ifPresent(type -> headers.add("Content-Type", type));
    }
    response.complete(
        ProxyResponse.builder(settings.status())
            .headers(headers.build())
            .body(body)
            .trailers(request.trailers())
            .build());
  }

  private void answer(int status, byte[] content) {
    if (!end()) {
      return;
    }
    ProxyResponse.Builder answer =
        ProxyResponse.builder(status).headers(headers(status, content.length));
    if (content.length > 0 && allowsBody(status)) {
      meter.exchangeReceived(content.length);
      answer.body(new BytesBody(content));
    }
    response.complete(answer.build());
  }

  private Headers headers(int status, int length) {
    Headers.Builder headers = settings.headers().toBuilder();
    if (status != NO_CONTENT
        && status != NOT_MODIFIED
        && settings.headers().textIgnoreCase("content-length").isEmpty()) {
      headers.add("Content-Length", Integer.toString(length));
    }
    return headers.build();
  }

  /** A response to HEAD, and some statuses, have none (RFC 9110, 6.4.1). */
  private boolean allowsBody(int status) {
    return !request.method().equals("HEAD") && status != NO_CONTENT && status != NOT_MODIFIED;
  }

  private boolean end() {
    boolean first = ended.compareAndSet(false, true);
    if (first) {
      meter.exchangeCompleted();
      onEnd.run();
    }
    return first;
  }

  private void afterLatency(Runnable answering) {
    if (settings.latency().isZero()) {
      answering.run();
    } else {
      workers.after(settings.latency(), () -> receivers.execute(answering));
    }
  }

  private static byte[] bodyOf(MockSettings.Http settings) {
    return settings.body().getBytes(StandardCharsets.UTF_8);
  }

  private static boolean isTooLarge(Throwable error) {
    return error instanceof EndpointException known
        && known.code().equals(ErrorCode.MESSAGE_TOO_LARGE);
  }

  /** Reads to the end; who counts and bounds is before it. */
  private static final class Discarding implements Flow.Subscriber<ByteBuffer> {

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
      subscription.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(ByteBuffer buffer) {
      // counted before
    }

    @Override
    public void onError(Throwable error) {
      // reported to the exchange
    }

    @Override
    public void onComplete() {
      // reported to the exchange
    }
  }
}
