/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.tck;

import static io.sluice.endpoint.tck.EndpointAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sluice.endpoint.ConsumeRequest;
import io.sluice.endpoint.Delivery;
import io.sluice.endpoint.Endpoint;
import io.sluice.endpoint.EndpointState;
import io.sluice.endpoint.EndpointStatus;
import io.sluice.endpoint.ErrorCode;
import io.sluice.endpoint.Message;
import io.sluice.endpoint.MessageEndpoint;
import io.sluice.endpoint.Mode;
import io.sluice.endpoint.ProxyEndpoint;
import io.sluice.endpoint.ProxyRequest;
import io.sluice.endpoint.PublishRequest;
import io.sluice.endpoint.Qos;
import io.sluice.endpoint.Receipt;
import io.sluice.endpoint.StatusListener;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Endpoints start once, stop for good, and tell how they are. */
@DisplayName("Lifecycle")
public abstract class LifecycleContract extends ContractGroup {

  private static final Duration LONG_DRAIN_TIMEOUT = Duration.ofHours(1);

  @Test
  void goesUpAndStops() {
    Endpoint endpoint = started(anyConfiguration());

    join(endpoint.stop(Duration.ZERO));

    assertThat(endpoint.status()).isStopped();
  }

  @Test
  void startingTwiceIsStartingOnce() {
    Endpoint endpoint = create(anyConfiguration());

    CompletionStage<Void> first = endpoint.start();
    join(endpoint.start());

    join(first);
    eventually().until(() -> endpoint.status().state() == EndpointState.UP);
  }

  @Test
  void handingOverIsStopping() {
    Endpoint endpoint = started(anyConfiguration());

    join(endpoint.handOver(Duration.ZERO));

    assertThat(endpoint.status()).isStopped();
    join(endpoint.stop(LONG_DRAIN_TIMEOUT));
    assertFails(endpoint.start(), ErrorCode.ENDPOINT_STOPPED);
  }

  @Test
  void aStoppedEndpointDoesNotStartAgain() {
    Endpoint endpoint = started(anyConfiguration());
    join(endpoint.stop(Duration.ZERO));

    assertFails(endpoint.start(), ErrorCode.ENDPOINT_STOPPED);
  }

  @Test
  void anEndpointThatNeverStartedStopsAtOnce() {
    Endpoint endpoint = create(anyConfiguration());

    join(endpoint.stop(LONG_DRAIN_TIMEOUT));

    assertThat(endpoint.status()).isStopped();
    assertFails(endpoint.start(), ErrorCode.ENDPOINT_STOPPED);
  }

  @Test
  void anIdleEndpointNeedsNoDrainTime() {
    join(started(anyConfiguration()).stop(LONG_DRAIN_TIMEOUT));
  }

  @Test
  void stoppingAndClosingAgainIsHarmless() {
    Endpoint endpoint = started(anyConfiguration());

    join(endpoint.stop(Duration.ZERO));
    join(endpoint.stop(LONG_DRAIN_TIMEOUT));
    inTime(endpoint::close);
    inTime(endpoint::close);

    assertThat(endpoint.status()).isStopped();
  }

  @Test
  void listenersHearOfEveryChangeInOrder() {
    Endpoint endpoint = create(anyConfiguration());
    List<EndpointStatus> heard = new CopyOnWriteArrayList<>();
    AtomicInteger inside = new AtomicInteger();
    AtomicInteger overlaps = new AtomicInteger();
    StatusListener listener =
        status -> {
          overlaps.addAndGet(inside.getAndIncrement());
          heard.add(status);
          inside.decrementAndGet();
        };
    endpoint.addStatusListener(listener);
    endpoint.addStatusListener(listener);

    join(endpoint.start());
    eventually().until(() -> endpoint.status().state() == EndpointState.UP);
    join(endpoint.stop(Duration.ZERO));

    eventually().until(() -> states(heard).contains(EndpointState.STOPPED));
    stays(() -> assertThat(states(heard)).endsWith(EndpointState.STOPPED));
    assertThat(states(heard)).containsSubsequence(EndpointState.UP, EndpointState.STOPPED);
    for (int i = 1; i < heard.size(); i++) {
      assertThat(content(heard.get(i))).as("call %d", i).isNotEqualTo(content(heard.get(i - 1)));
    }
    assertThat(overlaps).as("overlapping calls").hasValue(0);
  }

  @Test
  void aRemovedListenerHearsNothing() {
    Endpoint endpoint = create(anyConfiguration());
    List<EndpointStatus> heard = new CopyOnWriteArrayList<>();
    StatusListener listener = heard::add;
    endpoint.addStatusListener(listener);
    endpoint.removeStatusListener(listener);

    join(endpoint.start());
    join(endpoint.stop(Duration.ZERO));

    stays(() -> assertThat(heard).isEmpty());
  }

  @Test
  void aFailingListenerDisturbsNobody() {
    Endpoint endpoint = create(anyConfiguration());
    List<EndpointState> heard = new CopyOnWriteArrayList<>();
    endpoint.addStatusListener(
        status -> {
          throw new IllegalStateException("thrown by the contract's listener on purpose");
        });
    endpoint.addStatusListener(status -> heard.add(status.state()));

    join(endpoint.start());
    eventually().until(() -> endpoint.status().state() == EndpointState.UP);
    join(endpoint.stop(Duration.ZERO));

    eventually().until(() -> heard.contains(EndpointState.STOPPED));
  }

  @Test
  void openSubscriptionsCompleteWhenItStops() {
    need(Mode.CONSUME);
    MessageEndpoint endpoint = consuming();
    RecordingSubscriber<Delivery> idle = subscribe(endpoint, Qos.AUTO);
    RecordingSubscriber<Delivery> asking = new RecordingSubscriber<>();
    subscribe(endpoint, request(Qos.AUTO, "asking"), asking).request(5);

    join(endpoint.stop(Duration.ZERO));

    eventually().until(() -> idle.isCompleted() && asking.isCompleted());
    assertThat(idle.breaches()).isEmpty();
    assertThat(asking.breaches()).isEmpty();
  }

  @Test
  void stoppingWaitsForSettlementAndNotLonger() {
    need(Ability.SEND);
    need(Qos.AT_LEAST_ONCE);
    MessageEndpoint endpoint = consuming();
    RecordingSubscriber<Delivery> subscriber = subscribe(endpoint, Qos.AT_LEAST_ONCE);
    subscriber.request(1);
    backend().send(endpoint, messages(1));
    awaitCount(subscriber, 1);

    CompletableFuture<Void> stopped = endpoint.stop(LONG_DRAIN_TIMEOUT).toCompletableFuture();
    stays(() -> assertThat(stopped).as("stop while a delivery is unsettled").isNotDone());
    assertThat(endpoint.status()).isDraining();
    subscriber.items().get(0).ack();

    join(stopped);
  }

  @Test
  void stoppingGivesUpAfterTheDrainTime() {
    need(Ability.SEND);
    need(Qos.AT_LEAST_ONCE);
    MessageEndpoint endpoint = consuming();
    RecordingSubscriber<Delivery> subscriber = subscribe(endpoint, Qos.AT_LEAST_ONCE);
    subscriber.request(1);
    backend().send(endpoint, messages(1));
    awaitCount(subscriber, 1);

    join(endpoint.stop(Duration.ofMillis(200)));

    // Too late, and harmless.
    subscriber.items().get(0).ack();
    assertThat(endpoint.status()).isStopped();
  }

  @Test
  void aStoppedEndpointDoesNothingMore() {
    for (Mode mode : type().modes()) {
      Endpoint endpoint = started(backend().configuration(mode));
      join(endpoint.stop(Duration.ZERO));

      assertRefuses(endpoint, mode, ErrorCode.ENDPOINT_STOPPED);
    }
  }

  @Test
  void aModeThatIsOffIsRefused() {
    boolean anyIsOff = false;
    for (Mode configured : type().modes()) {
      Endpoint endpoint = started(backend().configuration(configured));
      for (Mode mode : Mode.values()) {
        boolean usable =
            mode == Mode.EXCHANGE
                ? endpoint instanceof ProxyEndpoint
                : endpoint instanceof MessageEndpoint;
        if (usable && !endpoint.modes().contains(mode)) {
          assertRefuses(endpoint, mode, ErrorCode.MODE_DISABLED);
          anyIsOff = true;
        }
      }
    }
    assumeTrue(anyIsOff, "every configuration of " + type().name() + " has every mode");
  }

  @Test
  void anEndpointHasNoCapabilityThatItsTypeLacks() {
    Endpoint endpoint = create(anyConfiguration());

    assertThat(type().capabilities()).containsAll(endpoint.capabilities(type()));
  }

  @Test
  void anUnreachableBackendIsAStateAndNoFailure() {
    Endpoint endpoint = create(need(Situation.UNREACHABLE));

    join(endpoint.start());

    eventually()
        .untilAsserted(
            () -> {
              assertThat(endpoint.status()).isDown().hasReason();
              assertThat(endpoint.status().lastError()).isPresent();
            });
    join(endpoint.stop(Duration.ZERO));
  }

  @Test
  void refusedCredentialsAreToldAsSuch() {
    Endpoint endpoint = create(need(Situation.REFUSES_CREDENTIALS));

    failure(endpoint.start());

    eventually()
        .untilAsserted(
            () ->
                assertThat(endpoint.status())
                    .hasLastError(ErrorCode.AUTHENTICATION_FAILED)
                    .hasReason());
    assertThat(endpoint.status().state()).isIn(EndpointState.DOWN, EndpointState.FAILED);
    join(endpoint.stop(Duration.ZERO));
  }

  @Test
  void comesUpAgainAfterAnInterruption() {
    need(Ability.INTERRUPT);
    Endpoint endpoint = started(anyConfiguration());

    backend().interrupt();
    eventually().until(() -> endpoint.status().state() == EndpointState.DOWN);
    assertThat(endpoint.status()).hasReason();
    backend().restore();

    eventually().until(() -> endpoint.status().state() == EndpointState.UP);
    assertThat(endpoint.status().counters().reconnects()).isPositive();
  }

  @Test
  void racingStartsStopsAndClosesEndStopped() throws Exception {
    ExecutorService racers = Executors.newFixedThreadPool(4);
    try {
      for (int round = 0; round < 20; round++) {
        Endpoint endpoint = create(anyConfiguration());
        List<Callable<Object>> actions =
            Arrays.asList(
                () -> failure(endpoint.start()),
                () -> join(endpoint.stop(Duration.ofMillis(5))),
                Executors.callable(endpoint::close),
                () -> assertThat(endpoint.status()).isNotNull());
        Collections.rotate(actions, round); // the first one mostly wins
        List<Future<Object>> results = new ArrayList<>();
        actions.forEach(action -> results.add(racers.submit(action)));
        for (Future<?> result : results) {
          result.get(fixture().patience().toMillis(), TimeUnit.MILLISECONDS);
        }
        assertThat(endpoint.status()).isStopped();
      }
    } finally {
      racers.shutdownNow();
    }
  }

  private static List<EndpointState> states(List<EndpointStatus> statuses) {
    return statuses.stream().map(EndpointStatus::state).toList();
  }

  private static List<Object> content(EndpointStatus status) {
    return List.of(status.state(), status.reason(), status.violations(), status.warnings());
  }

  private Map<String, Object> anyConfiguration() {
    return backend().configuration(type().modes().toArray(Mode[]::new));
  }

  /** Uses the endpoint in a mode and expects every way of doing so to be refused. */
  private void assertRefuses(Endpoint endpoint, Mode mode, ErrorCode code) {
    switch (mode) {
      case CONSUME -> {
        RecordingSubscriber<Delivery> subscriber = new RecordingSubscriber<>();
        ((MessageEndpoint) endpoint).consume(ConsumeRequest.defaults()).subscribe(subscriber);
        assertFails(subscriber, code);
        assertThat(subscriber.breaches()).isEmpty();
      }
      case PUBLISH -> {
        Receipt receipt = join(((MessageEndpoint) endpoint).publish(Message.of("refused")));
        assertThat(receipt).isRejectedWith(code);
        assertProcessorRefuses((MessageEndpoint) endpoint, code);
      }
      case EXCHANGE ->
          assertFails(
              ((ProxyEndpoint) endpoint).exchange(ProxyRequest.builder("GET", "/").build()), code);
    }
  }

  private void assertProcessorRefuses(MessageEndpoint endpoint, ErrorCode code) {
    RecordingSubscriber<Receipt> receipts = new RecordingSubscriber<>();
    receipts.request(1);
    var processor = endpoint.publisher(PublishRequest.defaults());
    processor.subscribe(receipts);
    ListPublisher.of(messages(1)).subscribe(processor);
    eventually().until(() -> receipts.count() == 1 || receipts.error().isPresent());
    if (receipts.count() == 1) {
      assertThat(receipts.items().get(0)).isRejectedWith(code);
    } else {
      assertFails(receipts, code);
    }
  }
}
