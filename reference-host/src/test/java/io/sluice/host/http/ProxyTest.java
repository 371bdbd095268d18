/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.host.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.endpoint.EndpointException;
import io.sluice.endpoint.ErrorCode;
import io.sluice.endpoint.Headers;
import io.sluice.endpoint.Mode;
import io.sluice.endpoint.ProxyEndpoint;
import io.sluice.endpoint.ProxyRequest;
import io.sluice.endpoint.ProxyResponse;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.SubmissionPublisher;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ProxyTest {

  private final Backend backend = new Backend();
  private Face face;

  @BeforeEach
  void start() throws Exception {
    face = new Face(backend);
  }

  @AfterEach
  void stop() {
    face.close();
  }

  @Test
  void theTargetIsKeptAsTheClientWroteIt() throws Exception {
    try (RawClient client = face.raw()) {
      client.request(
          "GET /proxy/back/a%2Fb//..;x=%41/?q=%20+&r", "Connection: close", "X-One: 1", "x-one: 2");
      assertThat(client.head()).startsWith("HTTP/1.1 200");
    }
    assertThat(backend.request.target()).isEqualTo("/a%2Fb//..;x=%41/?q=%20+&r");
    assertThat(backend.request.headers().all("X-One")).containsExactly("1");
    assertThat(backend.request.headers().all("x-one")).containsExactly("2");
    assertThat(backend.request.authority()).contains("127.0.0.1:" + face.server.port());
    assertThat(backend.request.remoteAddress()).contains("127.0.0.1");
  }

  @Test
  void aTargetWithoutPathIsTheRoot() throws Exception {
    face.get("/proxy/back?x=1");
    assertThat(backend.request.target()).isEqualTo("/?x=1");
  }

  @Test
  void bodiesStreamBothWays() throws Exception {
    backend.answer = request -> ProxyResponse.builder(201).body(request.body()).build();
    byte[] body = new byte[5 << 20];
    new java.util.Random(2).nextBytes(body);
    HttpResponse<byte[]> response =
        face.client.send(
            face.request("/proxy/back/x").POST(BodyPublishers.ofByteArray(body)).build(),
            HttpResponse.BodyHandlers.ofByteArray());
    assertThat(response.statusCode()).isEqualTo(201);
    assertThat(response.body()).isEqualTo(body);
  }

  @Test
  void theEndpointSeesWhetherThereIsABody() throws Exception {
    face.get("/proxy/back/x");
    assertThat(backend.request.hasBody()).isFalse();
    face.send(face.request("/proxy/back/x").POST(BodyPublishers.ofString("x")));
    assertThat(backend.request.hasBody()).isTrue();
    try (RawClient client = face.raw()) {
      client.request("POST /proxy/back/x", "Transfer-Encoding: chunked").send("0\n\n");
      assertThat(client.head()).startsWith("HTTP/1.1 200");
    }
    assertThat(backend.request.hasBody()).isTrue();
  }

  @Test
  void aClientThatExpectsToContinueMayWhenTheEndpointAsksForTheBody() throws Exception {
    backend.answer =
        request -> {
          CompletableFuture<Throwable> end = new CompletableFuture<>();
          request.body().subscribe(new Collector(new StringBuffer(), end));
          end.join();
          return ProxyResponse.builder(200).build();
        };
    try (RawClient client = face.raw()) {
      client.request("POST /proxy/back/x", "Content-Length: 3", "Expect: 100-continue");
      assertThat(client.head()).startsWith("HTTP/1.1 100");
      client.send("abc");
      assertThat(client.head()).startsWith("HTTP/1.1 200");
    }
    backend.answer = request -> ProxyResponse.builder(413).build();
    try (RawClient client = face.raw()) {
      client.request("POST /proxy/back/x", "Content-Length: 3", "Expect: 100-continue");
      assertThat(client.head()).startsWith("HTTP/1.1 413");
    }
  }

  @Test
  void whatHasNoPathDoesNotComeToAnEndpoint() throws Exception {
    for (String line : List.of("OPTIONS *", "CONNECT shop.example:443")) {
      try (RawClient client = face.raw()) {
        client.request(line);
        assertThat(client.head()).matches("(?s)HTTP/1.1 [45].*");
      }
    }
    assertThat(backend.request).isNull();
  }

  @Test
  void aBodyIsRelayedBeforeItIsComplete() throws Exception {
    backend.answer = request -> ProxyResponse.builder(200).body(request.body()).build();
    try (RawClient client = face.raw()) {
      client.request("POST /proxy/back/x", "Transfer-Encoding: chunked").send("3\nabc\n");
      assertThat(client.head()).startsWith("HTTP/1.1 200");
      assertThat(client.bytes(6)).isEqualTo("3\r\nabc");
      client.send("2\nde\n0\n\n");
      assertThat(client.bytes(14)).isEqualTo("\r\n2\r\nde\r\n0\r\n\r\n");
    }
  }

  @Test
  void trailersPassBothWays() throws Exception {
    backend.answer =
        request ->
            ProxyResponse.builder(200).body(request.body()).trailers(request.trailers()).build();
    try (RawClient client = face.raw()) {
      client
          .request("POST /proxy/back/x", "Transfer-Encoding: chunked", "Connection: close")
          .send("1\na\n0\nX-Sum: 7\n\n");
      client.head();
      assertThat(client.rest()).isEqualTo("1\r\na\r\n0\r\nX-Sum: 7\r\n\r\n");
    }
  }

  @Test
  void informationalResponsesAreRelayed() throws Exception {
    backend.answer =
        request -> {
          request.informationalListener().informational(103, Headers.of("Link", "</a>"));
          request.informationalListener().informational(102, Headers.empty());
          return ProxyResponse.builder(204).build();
        };
    try (RawClient client = face.raw()) {
      client.request("GET /proxy/back/x");
      assertThat(client.head()).startsWith("HTTP/1.1 103").contains("Link: </a>");
      assertThat(client.head()).startsWith("HTTP/1.1 102");
      assertThat(client.head()).startsWith("HTTP/1.1 204");
    }
  }

  @Test
  void theBackendsHeadIsNotMixedWithTheHosts() throws Exception {
    backend.answer =
        request ->
            ProxyResponse.builder(200)
                .headers(
                    Headers.builder()
                        .add("Date", "Thu, 01 Jan 1970 00:00:00 GMT")
                        .add("Set-Cookie", "a=1")
                        .add("Set-Cookie", "b=2")
                        .add("Content-Length", "2")
                        .build())
                .body(bytes("ok"))
                .build();
    try (RawClient client = face.raw()) {
      client.request("GET /proxy/back/x");
      assertThat(client.head().split("\n"))
          .containsExactly(
              "HTTP/1.1 200 OK",
              "Date: Thu, 01 Jan 1970 00:00:00 GMT",
              "Set-Cookie: a=1",
              "Set-Cookie: b=2",
              "Content-Length: 2");
      assertThat(client.bytes(2)).isEqualTo("ok");
      client.request("HEAD /proxy/back/x", "Connection: close");
      assertThat(client.head()).contains("Content-Length: 2");
      assertThat(client.rest()).isEmpty();
    }
  }

  @Test
  void aFailedExchangeIsAnErrorWithItsCode() throws Exception {
    backend.failure = new EndpointException(ErrorCode.CONNECTION_REFUSED, "no listener");
    HttpResponse<String> response = face.get("/proxy/back/x");
    assertThat(response.statusCode()).isEqualTo(502);
    assertThat(StatusTest.error(response).get("code").getAsString())
        .isEqualTo("CONNECTION_REFUSED");
  }

  @Test
  void aBodyThatBreaksOffHasNoCleanEnd() throws Exception {
    SubmissionPublisher<ByteBuffer> body = new SubmissionPublisher<>();
    backend.answer = request -> ProxyResponse.builder(200).body(body).build();
    try (RawClient client = face.raw()) {
      client.request("GET /proxy/back/x");
      assertThat(client.head()).contains("Transfer-Encoding: chunked");
      body.submit(ByteBuffer.wrap("part".getBytes()));
      assertThat(client.bytes(7)).isEqualTo("4\r\npart");
      body.closeExceptionally(new EndpointException(ErrorCode.UPSTREAM_RESET, "gone"));
      assertThat(client.rest()).isEmpty();
    }
  }

  @Test
  void aClientThatGoesWhileItWaitsAbortsTheExchange() throws Exception {
    backend.never = true;
    try (RawClient client = face.raw()) {
      client.request("GET /proxy/back/x");
      await().until(() -> backend.request != null);
    }
    backend.request.aborted().toCompletableFuture().get(5, TimeUnit.SECONDS);
  }

  @Test
  void aClientThatGoesInItsBodyAbortsTheExchange() throws Exception {
    backend.never = true;
    CompletableFuture<Throwable> error = new CompletableFuture<>();
    try (RawClient client = face.raw()) {
      client.request("POST /proxy/back/x", "Content-Length: 10").send("abc");
      await().until(() -> backend.request != null);
      backend.request.body().subscribe(new Collector(new StringBuffer(), error));
    }
    assertThat(error.get(5, TimeUnit.SECONDS)).isInstanceOf(EndpointException.class);
    backend.request.aborted().toCompletableFuture().get(5, TimeUnit.SECONDS);
  }

  @Test
  void aClientThatDoesNotReadStopsTheBackend() throws Exception {
    AtomicLong emitted = new AtomicLong();
    backend.answer = request -> ProxyResponse.builder(200).body(endless(emitted)).build();
    try (RawClient client = face.raw()) {
      client.request("GET /proxy/back/x");
      client.head();
      AtomicLong last = new AtomicLong(-1);
      await()
          .during(Duration.ofSeconds(1))
          .atMost(Duration.ofSeconds(20))
          .until(() -> last.getAndSet(emitted.get()) == emitted.get());
      long before = emitted.get();
      client.in.readNBytes(16 << 20);
      await().until(() -> emitted.get() > before);
    }
  }

  @Test
  void anUpgradeTunnelsRawBytes() throws Exception {
    backend.answer =
        request ->
            ProxyResponse.builder(101)
                .headers(Headers.of("Upgrade", "echo"))
                .body(request.tunnel().orElseThrow())
                .build();
    try (RawClient client = face.raw()) {
      client.request("GET /proxy/back/ws", "Connection: Upgrade", "Upgrade: echo").send("early");
      assertThat(client.head())
          .startsWith("HTTP/1.1 101")
          .contains("Connection: Upgrade", "Upgrade: echo");
      assertThat(client.bytes(5)).isEqualTo("early");
      client.send("later");
      assertThat(client.bytes(5)).isEqualTo("later");
      client.socket.shutdownOutput();
      assertThat(client.rest()).isEmpty();
    }
  }

  @Test
  void withoutAnOfferThereIsNoTunnel() throws Exception {
    face.get("/proxy/back/x");
    assertThat(backend.request.tunnel()).isEmpty();
  }

  private static Flow.Publisher<ByteBuffer> bytes(String text) {
    ByteBuffer[] once = {ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8))};
    return new SerialPublication(
        demanded -> {
          if (once[0] == null) {
            return SerialPublication.COMPLETE;
          }
          if (!demanded) {
            return SerialPublication.WAIT;
          }
          SerialPublication.Step step = SerialPublication.next(once[0]);
          once[0] = null;
          return step;
        });
  }

  private static Flow.Publisher<ByteBuffer> endless(AtomicLong emitted) {
    return new SerialPublication(
        demanded -> {
          if (!demanded) {
            return SerialPublication.WAIT;
          }
          emitted.incrementAndGet();
          return SerialPublication.next(ByteBuffer.allocate(64 * 1024));
        });
  }

  private static final class Backend extends FakeEndpoint implements ProxyEndpoint {

    private volatile ProxyRequest request;
    private volatile EndpointException failure;
    private volatile boolean never;
    private volatile Function<ProxyRequest, ProxyResponse> answer =
        asked -> ProxyResponse.builder(200).build();

    Backend() {
      super("back", Set.of(Mode.EXCHANGE));
    }

    @Override
    public CompletionStage<ProxyResponse> exchange(ProxyRequest asked) {
      request = asked;
      if (never) {
        return new CompletableFuture<>();
      }
      return failure == null
          ? CompletableFuture.supplyAsync(() -> answer.apply(asked))
          : CompletableFuture.failedFuture(failure);
    }
  }

  private record Collector(StringBuffer text, CompletableFuture<Throwable> end)
      implements Flow.Subscriber<ByteBuffer> {

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
      subscription.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(ByteBuffer bytes) {
      text.append(StandardCharsets.UTF_8.decode(bytes));
    }

    @Override
    public void onError(Throwable failure) {
      end.complete(failure);
    }

    @Override
    public void onComplete() {
      end.complete(null);
    }
  }
}
