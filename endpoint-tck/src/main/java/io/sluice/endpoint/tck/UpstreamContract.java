/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.tck;

import static io.sluice.endpoint.tck.EndpointAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.endpoint.EndpointException;
import io.sluice.endpoint.Headers;
import io.sluice.endpoint.Mode;
import io.sluice.endpoint.ProxyEndpoint;
import io.sluice.endpoint.ProxyRequest;
import io.sluice.endpoint.ProxyResponse;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Servers do more than answer: they break off, answer early, announce, and change protocols. */
@DisplayName("Upstream")
public abstract class UpstreamContract extends ContractGroup {

  private static final int EARLY_HINTS = 103;

  @BeforeEach
  final void needMode() {
    need(Mode.EXCHANGE);
  }

  @Test
  void aBrokenResponseDoesNotEndAsASuccess() {
    ProxyEndpoint endpoint = exchanging(Situation.BREAKS_OFF_AFTER_HEAD);
    ListPublisher<ByteBuffer> sent = ListPublisher.of(Bodies.chunks(new byte[64 * 1024], 1024));

    ProxyResponse response =
        join(endpoint.exchange(ProxyRequest.builder("POST", "/").body(sent).build()));

    RecordingSubscriber<ByteBuffer> body = Bodies.read(response);
    eventually().until(() -> body.error().isPresent() || body.isCompleted());
    assertThat(body.isCompleted()).as("ended as if it were whole").isFalse();
    assertThat(body.error()).containsInstanceOf(EndpointException.class);
    assertThat(body.breaches()).isEmpty();
    eventually().until(() -> endpoint.status().counters().inFlight() == 0);
    assertThat(endpoint.status().counters().failed()).isEqualTo(1);
    assertThat(endpoint.status()).isUp();
  }

  @Test
  void anEarlyAnswerDoesNotWaitForTheRequest() {
    ProxyEndpoint endpoint = exchanging(Situation.ANSWERS_EARLY);
    StalledPublisher<ByteBuffer> unsent = new StalledPublisher<>();

    ProxyResponse response =
        join(endpoint.exchange(ProxyRequest.builder("POST", "/").body(unsent).build()));
    RecordingSubscriber<ByteBuffer> body = new RecordingSubscriber<>();
    response.body().subscribe(body);
    eventually().until(() -> body.subscription() != null);
    body.cancel();

    eventually().until(() -> endpoint.status().counters().inFlight() == 0);
    eventually().until(() -> !unsent.isAwaited());
  }

  @Test
  void informationalResponsesComeFirst() {
    ProxyEndpoint endpoint = exchanging(Situation.SENDS_INFORMATIONAL);
    List<Integer> statuses = new CopyOnWriteArrayList<>();
    List<Headers> headers = new CopyOnWriteArrayList<>();
    ProxyRequest request =
        ProxyRequest.builder("GET", "/")
            .informationalListener(
                (status, fields) -> {
                  statuses.add(status);
                  headers.add(fields);
                })
            .build();

    ProxyResponse response = join(endpoint.exchange(request));

    assertThat(response.status()).isBetween(200, 599);
    assertThat(statuses).containsExactly(EARLY_HINTS);
    assertThat(headers.get(0).textIgnoreCase("link")).isPresent();
    eventually().until(Bodies.read(response)::isCompleted);
  }

  @Test
  void anUpgradeIsATunnelBothWays() {
    ProxyEndpoint endpoint = exchanging(Situation.UPGRADES);
    byte[] sent = new byte[16 * 1024];
    new Random(5).nextBytes(sent);
    ProxyRequest request =
        ProxyRequest.builder("GET", "/")
            .headers(Headers.builder().add("Connection", "upgrade").add("Upgrade", "echo").build())
            .tunnel(ListPublisher.of(Bodies.chunks(sent, 1024)))
            .build();

    ProxyResponse response = join(endpoint.exchange(request));

    assertThat(response.isUpgraded()).as("answered with status %d", response.status()).isTrue();
    RecordingSubscriber<ByteBuffer> tunnel = Bodies.read(response);
    eventually().untilAsserted(() -> assertThat(Bodies.bytes(tunnel.items())).isEqualTo(sent));
    tunnel.cancel();
    eventually().until(() -> endpoint.status().counters().inFlight() == 0);
    assertThat(tunnel.breaches()).isEmpty();
  }

  private ProxyEndpoint exchanging(Situation situation) {
    return (ProxyEndpoint) startedIn(situation);
  }
}
