/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class ProxyRequestTest {

  @Test
  void withoutABodyItsBodyIsEmpty() {
    AtomicBoolean complete = new AtomicBoolean();

    ProxyRequest.builder("GET", "/a")
        .build()
        .body()
        .subscribe(
            new Flow.Subscriber<ByteBuffer>() {
              @Override
              public void onSubscribe(Flow.Subscription subscription) {
                subscription.request(1);
              }

              @Override
              public void onNext(ByteBuffer buffer) {
                throw new AssertionError("no bytes expected");
              }

              @Override
              public void onError(Throwable error) {
                throw new AssertionError(error);
              }

              @Override
              public void onComplete() {
                complete.set(true);
              }
            });

    assertThat(complete).isTrue();
  }

  @Test
  void doesNotShowTheQuery() {
    assertThat(ProxyRequest.builder("GET", "/a?token=canary").build())
        .hasToString("ProxyRequest[GET /a]");
  }

  @Test
  void takesOriginFormOnly() {
    assertThatThrownBy(() -> ProxyRequest.builder("GET", "http://h/"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aResponseIsFinal() {
    assertThatThrownBy(() -> ProxyResponse.builder(103))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(ProxyResponse.builder(101).build().isUpgraded()).isTrue();
  }

  @Test
  void aStatusThatIsNoneIsPassedOn() {
    assertThat(ProxyResponse.builder(799).build().status()).isEqualTo(799);
    assertThatThrownBy(() -> ProxyResponse.builder(1000))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void saysWhetherThereIsABody() {
    Flow.Publisher<ByteBuffer> body = subscriber -> {};

    assertThat(ProxyRequest.builder("GET", "/").build().hasBody()).isFalse();
    assertThat(ProxyRequest.builder("POST", "/").body(body).build().hasBody()).isTrue();
    assertThat(ProxyRequest.builder("GET", "/").body(body).hasBody(false).build().hasBody())
        .isFalse();
  }

  @Test
  void aCopyHasAllThatTheRequestHas() {
    ProxyRequest request =
        ProxyRequest.builder("PUT", "/a?b")
            .scheme("https")
            .authority("shop.example")
            .protocol("HTTP/2")
            .remoteAddress("192.0.2.7")
            .headers(Headers.of("a", "b"))
            .body(subscriber -> {})
            .trailers(CompletableFuture.completedStage(Headers.of("t", "u")))
            .tunnel(subscriber -> {})
            .informationalListener((status, headers) -> {})
            .aborted(new CompletableFuture<>())
            .build();

    assertThat(request.toBuilder().build()).usingRecursiveComparison().isEqualTo(request);
  }

  @Test
  void aCopyHasAllThatTheResponseHas() {
    ProxyResponse response =
        ProxyResponse.builder(201)
            .headers(Headers.of("a", "b"))
            .body(subscriber -> {})
            .trailers(CompletableFuture.completedStage(Headers.of("t", "u")))
            .build();

    assertThat(response.toBuilder().build()).usingRecursiveComparison().isEqualTo(response);
  }
}
