/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.mock.internal;

import static io.sluice.endpoint.mock.internal.MockFixture.counters;
import static io.sluice.endpoint.mock.internal.MockFixture.eventually;
import static io.sluice.endpoint.mock.internal.MockFixture.join;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.endpoint.EndpointException;
import io.sluice.endpoint.ErrorCode;
import io.sluice.endpoint.Headers;
import io.sluice.endpoint.ProxyRequest;
import io.sluice.endpoint.ProxyResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.SubmissionPublisher;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class SimulatedExchangeTest {

  @RegisterExtension private final MockFixture mock = new MockFixture();

  @Test
  void answersAsConfigured() {
    MockEndpoint endpoint =
        mock.started(
            Map.of(
                "http.status", 418,
                "http.headers", "[{\"name\":\"X-Pot\",\"value\":\"tea\"}]",
                "http.body", "short and stout"));

    ProxyResponse response = join(endpoint.exchange(get()));

    assertThat(response.status()).isEqualTo(418);
    assertThat(response.headers().text("X-Pot")).contains("tea");
    assertThat(response.headers().text("Content-Length")).contains("15");
    assertThat(read(response)).isEqualTo("short and stout");
    assertThat(counters(endpoint).in()).isEqualTo(1);
    assertThat(counters(endpoint).out()).isEqualTo(1);
    assertThat(counters(endpoint).bytesIn()).isEqualTo(15);
  }

  @Test
  void theRequestsBodyIsReadFirstAndCounted() {
    MockEndpoint endpoint = mock.started(Map.of());
    SubmissionPublisher<ByteBuffer> body = new SubmissionPublisher<>();
    CompletionStage<ProxyResponse> response = endpoint.exchange(post(body));

    body.submit(bytes("hello "));
    body.submit(bytes("world"));
    assertThat(response.toCompletableFuture()).isNotDone();
    body.close();

    assertThat(join(response).status()).isEqualTo(200);
    assertThat(counters(endpoint).bytesOut()).isEqualTo(11);
  }

  @Test
  void aBodyOverTheLimitIsAnswered413() {
    MockEndpoint endpoint = mock.started(Map.of("http.maxRequestBody", 10));
    SubmissionPublisher<ByteBuffer> body = new SubmissionPublisher<>();
    CompletionStage<ProxyResponse> response = endpoint.exchange(post(body));

    body.submit(bytes("0123456789"));
    body.submit(bytes("x"));

    assertThat(join(response).status()).isEqualTo(413);
    eventually().until(() -> !body.hasSubscribers());
  }

  @Test
  void aBodyThatBreaksOffFailsTheExchange() {
    MockEndpoint endpoint = mock.started(Map.of());
    SubmissionPublisher<ByteBuffer> body = new SubmissionPublisher<>();
    CompletionStage<ProxyResponse> response = endpoint.exchange(post(body));

    body.closeExceptionally(new IllegalStateException("reset"));

    assertFails(response, ErrorCode.CLIENT_ABORTED);
    assertThat(counters(endpoint).failed()).isEqualTo(1);
    assertThat(counters(endpoint).inFlight()).isZero();
  }

  @Test
  void echoHandsTheBodyBackAsItComes() {
    MockEndpoint endpoint = mock.started(Map.of("echo", true));
    SubmissionPublisher<ByteBuffer> body = new SubmissionPublisher<>();
    ProxyResponse response =
        join(
            endpoint.exchange(
                ProxyRequest.builder("POST", "/")
                    .headers(Headers.of("content-type", "text/plain"))
                    .trailers(CompletableFuture.completedFuture(Headers.of("Sum", "1")))
                    .body(body)
                    .build()));
    TestSubscriber<ByteBuffer> reader = new TestSubscriber<>();
    response.body().subscribe(reader);
    eventually().until(body::hasSubscribers);

    reader.request(1);
    body.submit(bytes("one"));
    reader.await(1);
    body.submit(bytes("two"));
    reader.request(1).await(2);
    body.close();

    reader.awaitCompletion();
    assertThat(text(reader)).isEqualTo("onetwo");
    assertThat(response.headers().textIgnoreCase("Content-Type")).contains("text/plain");
    assertThat(join(response.trailers()).text("Sum")).contains("1");
    assertThat(counters(endpoint).out()).isEqualTo(1);
  }

  @Test
  void echoBreaksOffOverTheLimit() {
    MockEndpoint endpoint = mock.started(Map.of("echo", true, "http.maxRequestBody", 2));
    SubmissionPublisher<ByteBuffer> body = new SubmissionPublisher<>();
    ProxyResponse response = join(endpoint.exchange(post(body)));
    TestSubscriber<ByteBuffer> reader = new TestSubscriber<>();
    response.body().subscribe(reader);
    reader.request(9);

    body.submit(bytes("long"));

    assertThat(reader.awaitError()).hasMessageContaining("more than 2 bytes");
    assertThat(counters(endpoint).inFlight()).isZero();
  }

  @Test
  void theLatencyIsKept() {
    MockEndpoint endpoint = mock.started(Map.of("http.latency", 100));
    long begin = System.nanoTime();

    join(endpoint.exchange(get()));

    assertThat(System.nanoTime() - begin).isGreaterThanOrEqualTo(100_000_000L);
  }

  @Test
  void anAbortedExchangeIsGivenUp() {
    MockEndpoint endpoint = mock.started(Map.of("http.latency", 60_000));
    CompletableFuture<Void> aborted = new CompletableFuture<>();
    CompletionStage<ProxyResponse> response =
        endpoint.exchange(ProxyRequest.builder("GET", "/").aborted(aborted).build());
    assertThat(counters(endpoint).inFlight()).isEqualTo(1);

    aborted.complete(null);

    assertFails(response, ErrorCode.CLIENT_ABORTED);
    assertThat(counters(endpoint).inFlight()).isZero();
  }

  @Test
  void aHeadHasNoBody() {
    MockEndpoint endpoint = mock.started(Map.of("http.body", "hello"));

    ProxyResponse response = join(endpoint.exchange(ProxyRequest.builder("HEAD", "/").build()));

    assertThat(response.headers().text("Content-Length")).contains("5");
    assertThat(read(response)).isEmpty();
  }

  @Test
  void noContentHasNoLength() {
    ProxyResponse response =
        join(mock.started(Map.of("http.status", 204, "http.body", "x")).exchange(get()));

    assertThat(response.headers().text("Content-Length")).isEmpty();
    assertThat(read(response)).isEmpty();
  }

  @Test
  void whileNotConnectedExchangesFail() {
    MockEndpoint endpoint = mock.started(Map.of("faults.connectLatency", 60_000));

    assertFails(endpoint.exchange(get()), ErrorCode.UNAVAILABLE);
  }

  @Test
  void stoppingFailsWhatIsUnderWayAfterTheDrainTime() {
    MockEndpoint endpoint = mock.started(Map.of("echo", true));
    SubmissionPublisher<ByteBuffer> body = new SubmissionPublisher<>();
    TestSubscriber<ByteBuffer> reader = new TestSubscriber<>();
    join(endpoint.exchange(post(body))).body().subscribe(reader);
    eventually().until(body::hasSubscribers);

    join(endpoint.stop(Duration.ofMillis(50)));

    assertThat(((EndpointException) reader.awaitError()).code())
        .isEqualTo(ErrorCode.ENDPOINT_STOPPED);
    assertFails(endpoint.exchange(get()), ErrorCode.ENDPOINT_STOPPED);
  }

  private static ProxyRequest get() {
    return ProxyRequest.builder("GET", "/a?b=c").build();
  }

  private static ProxyRequest post(SubmissionPublisher<ByteBuffer> body) {
    return ProxyRequest.builder("POST", "/").body(body).build();
  }

  private static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String read(ProxyResponse response) {
    TestSubscriber<ByteBuffer> reader = new TestSubscriber<>();
    response.body().subscribe(reader);
    reader.request(Long.MAX_VALUE).awaitCompletion();
    return text(reader);
  }

  private static String text(TestSubscriber<ByteBuffer> reader) {
    StringBuilder text = new StringBuilder();
    reader.items().forEach(buffer -> text.append(StandardCharsets.UTF_8.decode(buffer)));
    return text.toString();
  }

  private static void assertFails(CompletionStage<?> stage, ErrorCode code) {
    assertThatThrownBy(() -> join(stage))
        .isInstanceOf(EndpointException.class)
        .extracting(error -> ((EndpointException) error).code())
        .isEqualTo(code);
  }
}
