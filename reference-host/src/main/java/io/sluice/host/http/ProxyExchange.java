/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.host.http;

import io.sluice.endpoint.Headers;
import io.sluice.endpoint.ProxyEndpoint;
import io.sluice.endpoint.ProxyRequest;
import io.sluice.endpoint.ProxyResponse;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.io.EofException;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Passes one request on to a {@link ProxyEndpoint} and its response back, streaming both ways.
 * Signals come on threads of the endpoint and of the server, one after the other.
 */
final class ProxyExchange {

  private static final Logger LOG = LoggerFactory.getLogger(ProxyExchange.class);

  private final HttpExchange exchange;
  private final ProxyEndpoint endpoint;
  private final CompletableFuture<Void> aborted = new CompletableFuture<>();
  private final RequestBody body;
  private final Tunnel tunnel;
  private final long idleTimeout;
  private final ClientWatch watch;
  private final AtomicBoolean over = new AtomicBoolean();
  private volatile ResponseBody relayed;
  private CompletableFuture<Void> interim = CompletableFuture.completedFuture(null);

  ProxyExchange(HttpExchange exchange, ProxyEndpoint endpoint) {
    this.exchange = exchange;
    this.endpoint = endpoint;
    this.body = new RequestBody(exchange.request(), this::bodyEnded, this::abort);
    this.tunnel = asksForUpgrade(exchange.request()) ? new Tunnel(exchange) : null;
    this.idleTimeout = exchange.endPoint().getIdleTimeout();
    this.watch = new ClientWatch(exchange, this::abort);
  }

  /**
   * Begins the exchange.
   *
   * @param target raw path and query, relative to the endpoint
   */
  void start(String target) {
    exchange.endPoint().setIdleTimeout(0); // the endpoint knows how long it may take
    exchange.request().addFailureListener(failure -> abort());
    if (hasNoBody(exchange.request())) {
      bodyEnded();
    }
    endpoint.exchange(request(target)).whenComplete(this::respond);
  }

  private ProxyRequest request(String target) {
    Request request = exchange.request();
    return ProxyRequest.builder(request.getMethod(), target)
        .scheme(request.getHttpURI().getScheme())
        .authority(request.getHttpURI().getAuthority())
        .protocol(request.getConnectionMetaData().getProtocol())
        .remoteAddress(Request.getRemoteAddr(request))
        .headers(FieldMapping.toHeaders(request.getHeaders()))
        .body(body)
        .hasBody(!hasNoBody(request))
        .trailers(body.trailers())
        .tunnel(tunnel)
        .informationalListener(this::informational)
        .aborted(aborted.minimalCompletionStage())
        .build();
  }

  private void informational(int status, Headers headers) {
    if (status == 100 && !exchange.request().getHeaders().contains(HttpHeader.EXPECT)) {
      return; // the client did not ask, or has been told
    }
    HttpFields fields = FieldMapping.toFields(headers);
    interim = interim.thenCompose(written -> exchange.response().writeInterim(status, fields));
  }

  private void respond(ProxyResponse answer, Throwable failure) {
    interim.whenComplete(
        (written, notWritten) -> {
          if (notWritten != null) {
            LOG.debug(
                "an interim response of endpoint '{}' was not relayed",
                endpoint.name(),
                notWritten);
          }
          respondNow(answer, failure);
        });
  }

  private void respondNow(ProxyResponse answer, Throwable failure) {
    if (failure != null) {
      refuse(HttpFailure.of(failure));
    } else if (over.get()) {
      answer.body().subscribe(new CancellingSubscriber()); // the client has gone
    } else if (!answer.isUpgraded()) {
      relay(answer);
    } else if (tunnel != null) {
      upgrade(answer);
    } else {
      refuse(HttpFailure.of(502, "REJECTED", "the backend switched protocols unasked"));
    }
  }

  private void refuse(HttpFailure failure) {
    if (leave()) {
      ShortResponse.failure(exchange, failure);
    }
  }

  private void relay(ProxyResponse answer) {
    Response response = exchange.response();
    response.setStatus(answer.status());
    copyHead(answer, response);
    relayed = new ResponseBody(exchange, answer, this::end);
    relayed.start();
  }

  private void upgrade(ProxyResponse answer) {
    if (!leave()) {
      return;
    }
    Response response = exchange.response();
    response.setStatus(101);
    copyHead(answer, response);
    response.getHeaders().put(HttpHeader.CONNECTION, "Upgrade");
    if (!response.getHeaders().contains(HttpHeader.UPGRADE)) {
      response
          .getHeaders()
          .put(HttpHeader.UPGRADE, exchange.request().getHeaders().get(HttpHeader.UPGRADE));
    }
    tunnel.open(answer.body());
  }

  private static void copyHead(ProxyResponse answer, Response response) {
    Set<String> names = new HashSet<>();
    for (HttpField field : FieldMapping.toFields(answer.headers())) {
      if (names.add(field.getLowerCaseName())) {
        response.getHeaders().put(field); // the backend's Date, not the host's
      } else {
        response.getHeaders().add(field);
      }
    }
  }

  private void bodyEnded() {
    if (tunnel == null) {
      watch.start();
    }
  }

  /** The client has gone: the endpoint gives up, and so does this exchange. */
  private void abort() {
    aborted.complete(null);
    ResponseBody body = relayed;
    if (body != null) {
      body.cancel();
    }
    end(new EofException("the client has gone"));
  }

  /** Ends the exchange; a failure breaks the connection off. */
  private void end(Throwable failure) {
    if (!leave()) {
      return;
    }
    if (failure == null) {
      exchange.callback().succeeded();
    } else {
      LOG.debug("exchange of endpoint '{}' broke off: {}", endpoint.name(), failure.toString());
      aborted.complete(null);
      exchange.callback().failed(failure);
    }
  }

  /** Whether the caller is the one that ends the exchange. */
  private boolean leave() {
    if (!over.compareAndSet(false, true)) {
      return false;
    }
    watch.stop();
    exchange.endPoint().setIdleTimeout(idleTimeout);
    return true;
  }

  private static boolean hasNoBody(Request request) {
    return request.getLength() <= 0 && !request.getHeaders().contains(HttpHeader.TRANSFER_ENCODING);
  }

  private static boolean asksForUpgrade(Request request) {
    return request.getHeaders().contains(HttpHeader.UPGRADE)
        && request.getHeaders().contains(HttpHeader.CONNECTION, "upgrade")
        && !request.getHeaders().contains(HttpHeader.UPGRADE, "h2c") // another hop's business
        && request.getConnectionMetaData().getHttpVersion() == HttpVersion.HTTP_1_1;
  }
}
