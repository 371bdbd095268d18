/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.tck;

import static io.sluice.endpoint.tck.EndpointAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.endpoint.EndpointException;
import io.sluice.endpoint.ErrorCode;
import io.sluice.endpoint.Headers;
import io.sluice.endpoint.Mode;
import io.sluice.endpoint.ProxyEndpoint;
import io.sluice.endpoint.ProxyRequest;
import io.sluice.endpoint.ProxyResponse;
import java.nio.ByteBuffer;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Exchanges stream both ways, bounded by demand, and end when their client has gone. */
@DisplayName("Exchange")
public abstract class ExchangeContract extends ContractGroup {

  @BeforeEach
  final void needMode() {
    need(Mode.EXCHANGE);
  }

  @Test
  void aRequestIsAnswered() {
    ProxyEndpoint endpoint = exchanging(backend().configuration(Mode.EXCHANGE));

    ProxyResponse response = join(endpoint.exchange(ProxyRequest.builder("GET", "/").build()));

    assertThat(response.status()).isBetween(200, 599);
    RecordingSubscriber<ByteBuffer> body = Bodies.read(response);
    eventually().until(body::isCompleted);
    assertThat(body.breaches()).isEmpty();
    join(response.trailers());
    eventually().until(() -> endpoint.status().counters().inFlight() == 0);
    assertThat(endpoint.status().counters().out()).isEqualTo(1);
  }

  @Test
  void bodiesPassUnchanged() {
    ProxyEndpoint endpoint = exchanging(need(Situation.ECHOES_EXCHANGES));
    byte[] sent = new byte[256 * 1024];
    new Random(3).nextBytes(sent);
    ListPublisher<ByteBuffer> requestBody = ListPublisher.of(Bodies.chunks(sent, 4096));

    ProxyResponse response =
        join(endpoint.exchange(ProxyRequest.builder("POST", "/").body(requestBody).build()));

    RecordingSubscriber<ByteBuffer> body = Bodies.read(response);
    eventually().until(body::isCompleted);
    assertThat(Bodies.bytes(body.items())).isEqualTo(sent);
    assertThat(requestBody.subscriptions()).isEqualTo(1);
    assertThat(body.breaches()).isEmpty();
  }

  @Test
  void trailersPassUnchanged() {
    ProxyEndpoint endpoint = exchanging(need(Situation.ECHOES_EXCHANGES));
    ProxyRequest request =
        ProxyRequest.builder("POST", "/")
            .body(ListPublisher.of(Bodies.chunks(new byte[2048], 1024)))
            .trailers(CompletableFuture.completedStage(Headers.of("checksum", "f00d")))
            .build();

    ProxyResponse response = join(endpoint.exchange(request));

    RecordingSubscriber<ByteBuffer> body = Bodies.read(response);
    eventually().until(body::isCompleted);
    assertThat(join(response.trailers()).textIgnoreCase("checksum")).contains("f00d");
  }

  @Test
  void theResponseBodyHonoursDemand() {
    ProxyEndpoint endpoint = exchanging(need(Situation.ECHOES_EXCHANGES));
    ListPublisher<ByteBuffer> requestBody =
        ListPublisher.of(Bodies.chunks(new byte[64 * 1024], 1024));
    ProxyResponse response =
        join(endpoint.exchange(ProxyRequest.builder("POST", "/").body(requestBody).build()));

    RecordingSubscriber<ByteBuffer> body = new RecordingSubscriber<>();
    response.body().subscribe(body);
    stays(() -> assertThat(body.count()).as("unasked buffers").isZero());
    body.request(1);
    awaitCount(body, 1);
    stays(() -> assertThat(body.count()).isEqualTo(1));
    body.request(Long.MAX_VALUE);
    eventually().until(body::isCompleted);

    assertThat(Bodies.bytes(body.items())).hasSize(64 * 1024);
    assertThat(body.breaches()).isEmpty();
  }

  @Test
  void aFailingRequestBodyDoesNotEndAsASuccess() {
    ProxyEndpoint endpoint = exchanging(need(Situation.ECHOES_EXCHANGES));
    ListPublisher<ByteBuffer> broken =
        ListPublisher.failing(
            Bodies.chunks(new byte[2048], 1024), new IllegalStateException("the client broke off"));

    CompletionStage<ProxyResponse> exchange =
        endpoint.exchange(ProxyRequest.builder("POST", "/").body(broken).build());

    Throwable failure = failure(exchange);
    if (failure == null) {
      RecordingSubscriber<ByteBuffer> body = Bodies.read(join(exchange));
      eventually().until(() -> body.error().isPresent() || body.isCompleted());
      assertThat(body.isCompleted()).as("ended as if it were whole").isFalse();
    } else {
      assertThat(failure).isInstanceOf(EndpointException.class);
    }
  }

  @Test
  void anAbortedExchangeEnds() {
    ProxyEndpoint endpoint = exchanging(need(Situation.ANSWERS_LATE));
    CompletableFuture<Void> aborted = new CompletableFuture<>();
    CompletionStage<ProxyResponse> exchange =
        endpoint.exchange(ProxyRequest.builder("GET", "/").aborted(aborted).build());
    stays(() -> assertThat(exchange.toCompletableFuture()).isNotDone());

    aborted.complete(null);

    assertFails(exchange, ErrorCode.CLIENT_ABORTED);
    eventually().until(() -> endpoint.status().counters().inFlight() == 0);
  }

  @Test
  void stoppingEndsExchangesUnderWay() {
    ProxyEndpoint endpoint = exchanging(need(Situation.ANSWERS_LATE));
    CompletionStage<ProxyResponse> exchange =
        endpoint.exchange(ProxyRequest.builder("GET", "/").build());
    stays(() -> assertThat(exchange.toCompletableFuture()).isNotDone());

    endpoint.close();

    assertThat(failure(exchange)).isInstanceOf(EndpointException.class);
    assertThat(endpoint.status()).isStopped();
  }

  @Test
  void aCancelledBodyEndsTheExchange() {
    ProxyEndpoint endpoint = exchanging(need(Situation.ECHOES_EXCHANGES));
    ListPublisher<ByteBuffer> requestBody =
        ListPublisher.of(Bodies.chunks(new byte[64 * 1024], 1024));
    ProxyResponse response =
        join(endpoint.exchange(ProxyRequest.builder("POST", "/").body(requestBody).build()));
    RecordingSubscriber<ByteBuffer> body = new RecordingSubscriber<>();
    response.body().subscribe(body);
    body.request(1);
    awaitCount(body, 1);

    body.cancel();

    eventually().until(() -> endpoint.status().counters().inFlight() == 0);
  }
}
