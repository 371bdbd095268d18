/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.host.http;

import io.sluice.endpoint.Headers;
import io.sluice.endpoint.ProxyResponse;
import java.nio.ByteBuffer;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;

/**
 * Writes the body of a proxied response: one buffer asked for, written, and the next one asked for
 * when the client has taken it.
 */
final class ResponseBody implements Flow.Subscriber<ByteBuffer> {

  private final HttpExchange exchange;
  private final ProxyResponse answer;
  private final Consumer<Throwable> ended;
  private final AtomicBoolean done = new AtomicBoolean();
  private volatile Flow.Subscription subscription;
  private volatile Headers trailers = Headers.empty();

  /**
   * A body.
   *
   * @param ended called once, with null at the regular end
   */
  ResponseBody(HttpExchange exchange, ProxyResponse answer, Consumer<Throwable> ended) {
    this.exchange = exchange;
    this.answer = answer;
    this.ended = ended;
  }

  /** Sends the head at once, then the body. */
  void start() {
    if (!exchange.response().getHeaders().contains(HttpHeader.CONTENT_LENGTH)) {
      exchange.response().setTrailersSupplier(this::trailerFields);
    }
    answer.body().subscribe(this);
  }

  /** Reads no more, as the client has gone. */
  void cancel() {
    Flow.Subscription current = subscription;
    if (current != null) {
      current.cancel();
    }
  }

  @Override
  public void onSubscribe(Flow.Subscription newSubscription) {
    if (subscription != null) {
      newSubscription.cancel(); // rule 2.5
      return;
    }
    subscription = newSubscription;
    write(BufferUtil.EMPTY_BUFFER);
  }

  @Override
  public void onNext(ByteBuffer bytes) {
    write(bytes);
  }

  @Override
  public void onError(Throwable failure) {
    end(failure);
  }

  @Override
  public void onComplete() {
    answer
        .trailers()
        .whenComplete(
            (fields, failure) -> {
              trailers = fields == null ? Headers.empty() : fields;
              writeLast();
            });
  }

  private void write(ByteBuffer bytes) {
    exchange
        .response()
        .write(false, bytes, Callback.from(() -> subscription.request(1), this::clientFailed));
  }

  private void writeLast() {
    exchange
        .response()
        .write(true, BufferUtil.EMPTY_BUFFER, Callback.from(() -> end(null), this::clientFailed));
  }

  private HttpFields trailerFields() {
    return trailers.isEmpty() ? null : FieldMapping.toFields(trailers);
  }

  private void clientFailed(Throwable failure) {
    subscription.cancel();
    end(failure);
  }

  private void end(Throwable failure) {
    if (done.compareAndSet(false, true)) {
      ended.accept(failure);
    }
  }
}
