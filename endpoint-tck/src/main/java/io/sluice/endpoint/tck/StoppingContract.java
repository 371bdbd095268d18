/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.tck;

import static io.sluice.endpoint.tck.EndpointAssertions.assertThat;
import static io.sluice.endpoint.tck.EndpointAssertions.assertThatFailure;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.endpoint.ConsumeRequest;
import io.sluice.endpoint.Delivery;
import io.sluice.endpoint.Endpoint;
import io.sluice.endpoint.EndpointState;
import io.sluice.endpoint.Message;
import io.sluice.endpoint.MessageEndpoint;
import io.sluice.endpoint.Mode;
import io.sluice.endpoint.ProxyEndpoint;
import io.sluice.endpoint.ProxyRequest;
import io.sluice.endpoint.Qos;
import io.sluice.endpoint.Receipt;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** An endpoint has stopped soon after its drain time, also when the backend hangs. */
@DisplayName("Stopping")
public abstract class StoppingContract extends ContractGroup {

  private static final Duration DRAIN_TIMEOUT = Duration.ofMillis(500);

  /** What an endpoint may need after the drain time to release everything. */
  private static final Duration RELEASE_TIMEOUT = Duration.ofSeconds(3);

  @Test
  void stopsInTimeWhileNothingIsAnswered() {
    Endpoint endpoint = started(need(Situation.FREEZES));
    List<Delivery> unsettled = deliveries(endpoint);
    backend().begin(Situation.FREEZES);
    unsettled.stream().limit(1).forEach(Delivery::ack);

    assertStopsInTime(endpoint);
  }

  @Test
  void stopsInTimeWhileItConnects() {
    Endpoint endpoint = create(need(Situation.NEVER_ANSWERS));

    assertStopsInTimeWhileNotUp(endpoint);
  }

  @Test
  void stopsInTimeWhileItLooksUpAName() {
    Endpoint endpoint = create(need(Situation.RESOLVES_LATE));

    assertStopsInTimeWhileNotUp(endpoint);
  }

  /** Two of them, unsettled; none from an endpoint that has no such. */
  private List<Delivery> deliveries(Endpoint endpoint) {
    if (!endpoint.modes().contains(Mode.CONSUME) || !type().qos().contains(Qos.AT_LEAST_ONCE)) {
      return List.of();
    }
    RecordingSubscriber<Delivery> subscriber =
        subscribe(
            (MessageEndpoint) endpoint,
            request(Qos.AT_LEAST_ONCE, "holding"),
            new RecordingSubscriber<>());
    subscriber.request(2);
    awaitCount(subscriber, 2);
    return subscriber.items();
  }

  private void assertStopsInTimeWhileNotUp(Endpoint endpoint) {
    join(endpoint.start());
    stays(() -> assertThat(endpoint.status().state()).isNotEqualTo(EndpointState.UP));

    assertStopsInTime(endpoint);
  }

  private void assertStopsInTime(Endpoint endpoint) {
    List<CompletionStage<?>> underWay = use(endpoint);
    long begin = System.nanoTime();

    join(endpoint.stop(DRAIN_TIMEOUT));

    assertThat(Duration.ofNanos(System.nanoTime() - begin))
        .as("time from stop to its end")
        .isLessThan(DRAIN_TIMEOUT.plus(RELEASE_TIMEOUT));
    assertThat(endpoint.status()).isStopped();
    underWay.forEach(outcome -> assertThatFailure(failure(outcome)).isNotNull());
  }

  /** Has something under way in every mode; returns what fails if it does not succeed. */
  private List<CompletionStage<?>> use(Endpoint endpoint) {
    List<CompletionStage<?>> underWay = new ArrayList<>();
    if (endpoint.modes().contains(Mode.CONSUME)) {
      RecordingSubscriber<Delivery> subscriber = new RecordingSubscriber<>();
      subscriber.request(1);
      ((MessageEndpoint) endpoint).consume(ConsumeRequest.defaults()).subscribe(subscriber);
    }
    if (endpoint.modes().contains(Mode.PUBLISH)) {
      underWay.add(
          ((MessageEndpoint) endpoint)
              .publish(Message.of("under way"))
              .thenAccept(Receipt::orThrow));
    }
    if (endpoint.modes().contains(Mode.EXCHANGE)) {
      underWay.add(((ProxyEndpoint) endpoint).exchange(ProxyRequest.builder("GET", "/").build()));
    }
    return underWay;
  }
}
