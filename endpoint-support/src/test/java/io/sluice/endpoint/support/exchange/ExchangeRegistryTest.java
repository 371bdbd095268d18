/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.endpoint.EndpointException;
import io.sluice.endpoint.ErrorCode;
import io.sluice.endpoint.ProxyRequest;
import io.sluice.endpoint.ProxyResponse;
import io.sluice.endpoint.support.lifecycle.EndpointMeter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

class ExchangeRegistryTest {

  private static final EndpointException STOPPED =
      new EndpointException(ErrorCode.ENDPOINT_STOPPED, "stopped on purpose");

  private final EndpointMeter meter = new EndpointMeter();
  private final List<ManualExchange> exchanges = new ArrayList<>();
  private EndpointException refusal;
  private Runnable atBegin = () -> {};
  private final ExchangeRegistry registry =
      new ExchangeRegistry((request, onEnd) -> new ManualExchange(onEnd), meter, () -> refusal);

  @Test
  void anExchangeIsUnderWayUntilItEnds() {
    CompletionStage<ProxyResponse> response = registry.exchange(request());
    assertThat(registry.isDrained()).isFalse();

    exchanges.get(0).end();

    assertThat(registry.isDrained()).isTrue();
    assertThat(response).isCompleted();
  }

  @Test
  void failsAllThatAreUnderWay() {
    CompletionStage<ProxyResponse> one = registry.exchange(request());
    CompletionStage<ProxyResponse> other = registry.exchange(request());

    registry.fail(STOPPED);

    assertFailed(one);
    assertFailed(other);
    assertThat(registry.isDrained()).isTrue();
  }

  @Test
  void beginsNoneWhileThereIsARefusal() {
    refusal = STOPPED;

    assertFailed(registry.exchange(request()));

    assertThat(exchanges).isEmpty();
    assertThat(meter.counters().failed()).isEqualTo(1);
  }

  @Test
  void oneThatBeginsWhileAllAreFailedFailsToo() {
    atBegin =
        () -> {
          refusal = STOPPED;
        };

    assertFailed(registry.exchange(request()));

    assertThat(registry.isDrained()).isTrue();
  }

  private static ProxyRequest request() {
    return ProxyRequest.builder("GET", "/").build();
  }

  private static void assertFailed(CompletionStage<?> stage) {
    assertThatThrownBy(() -> stage.toCompletableFuture().join()).hasCause(STOPPED);
  }

  private final class ManualExchange implements ExchangeRegistry.Exchange {

    private final Runnable onEnd;
    private final CompletableFuture<ProxyResponse> response = new CompletableFuture<>();

    ManualExchange(Runnable onEnd) {
      this.onEnd = onEnd;
      exchanges.add(this);
    }

    @Override
    public CompletionStage<ProxyResponse> begin() {
      atBegin.run();
      return response;
    }

    @Override
    public void fail(EndpointException error) {
      response.completeExceptionally(error);
      onEnd.run();
    }

    void end() {
      response.complete(ProxyResponse.builder(200).build());
      onEnd.run();
    }
  }
}
