/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.mock.internal;

import static io.sluice.endpoint.mock.internal.MockFixture.FAST;
import static io.sluice.endpoint.mock.internal.MockFixture.counters;
import static io.sluice.endpoint.mock.internal.MockFixture.eventually;
import static io.sluice.endpoint.mock.internal.MockFixture.id;
import static io.sluice.endpoint.mock.internal.MockFixture.join;
import static io.sluice.endpoint.mock.internal.MockFixture.request;
import static io.sluice.endpoint.mock.internal.MockFixture.state;
import static io.sluice.endpoint.mock.internal.MockFixture.stays;
import static io.sluice.endpoint.mock.internal.MockFixture.subscribe;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.endpoint.Delivery;
import io.sluice.endpoint.EndpointException;
import io.sluice.endpoint.EndpointState;
import io.sluice.endpoint.EndpointStatus;
import io.sluice.endpoint.ErrorCode;
import io.sluice.endpoint.Message;
import io.sluice.endpoint.Qos;
import io.sluice.endpoint.Receipt;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class MockLifecycleTest {

  @RegisterExtension private final MockFixture mock = new MockFixture();

  @Test
  void goesUpAtOnce() {
    MockEndpoint endpoint = mock.create(FAST);
    assertThat(state(endpoint)).isEqualTo(EndpointState.STOPPED);

    join(endpoint.start());

    assertThat(state(endpoint)).isEqualTo(EndpointState.UP);
  }

  @Test
  void connectLatencyDelaysUp() {
    MockEndpoint endpoint =
        mock.started(Map.of("messageInterval", 0, "faults.connectLatency", 100));
    assertThat(state(endpoint)).isEqualTo(EndpointState.STARTING);

    TestSubscriber<Delivery> subscriber = subscribe(endpoint, Qos.AUTO).request(1);

    subscriber.await(1);
    assertThat(state(endpoint)).isEqualTo(EndpointState.UP);
  }

  @Test
  void theStartFailsOnPurpose() {
    MockEndpoint endpoint = mock.create(Map.of("faults.failStart", true));

    assertThatThrownBy(() -> join(endpoint.start()))
        .isInstanceOf(EndpointException.class)
        .hasMessageContaining("faults.failStart");
    assertThat(state(endpoint)).isEqualTo(EndpointState.FAILED);
    assertThat(endpoint.status().lastError())
        .get()
        .extracting(error -> error.code().name())
        .isEqualTo("mock.FAULT");
    assertThat(join(endpoint.publish(Message.of("x"))).isConfirmed()).isFalse();
  }

  @Test
  void theConnectionBreaksAndWhatIsUnsettledComesAgain() {
    MockEndpoint endpoint =
        mock.create(
            Map.of(
                "messageInterval", 0,
                "messageCount", 6,
                "faults.disconnectEvery", 4,
                "reconnect.initialDelay", 20));
    List<EndpointState> states = new CopyOnWriteArrayList<>();
    endpoint.addStatusListener(status -> states.add(status.state()));
    join(endpoint.start());
    TestSubscriber<Delivery> subscriber =
        subscribe(endpoint, Qos.AT_LEAST_ONCE).request(Long.MAX_VALUE);

    subscriber.await(4);
    eventually().until(() -> states.contains(EndpointState.DOWN));
    subscriber.item(0).ack(); // too late: its connection is gone
    subscriber.await(8);

    assertThat(subscriber.items().subList(0, 8))
        .extracting(MockFixture::id)
        .containsExactly("0", "1", "2", "3", "0", "1", "2", "3");
    assertThat(subscriber.item(4).message().attributes().get(Delivery.COUNT_ATTRIBUTE))
        .isEqualTo(2);
    assertThat(counters(endpoint).reconnects()).isPositive();
    assertThat(counters(endpoint).redelivered()).isGreaterThanOrEqualTo(4);
    eventually()
        .untilAsserted(
            () ->
                assertThat(states)
                    .containsSubsequence(EndpointState.UP, EndpointState.DOWN, EndpointState.UP));
    assertThat(endpoint.status().lastError())
        .get()
        .extracting(error -> error.code())
        .isEqualTo(ErrorCode.CONNECTION_LOST);
  }

  @Test
  void withoutAttemptsLeftItFails() {
    MockEndpoint endpoint =
        mock.started(
            Map.of(
                "messageInterval", 0,
                "faults.disconnectEvery", 2,
                "reconnect.maxAttempts", 0));

    TestSubscriber<Delivery> subscriber = subscribe(endpoint, Qos.AUTO).request(9);

    assertThat(((EndpointException) subscriber.awaitError()).code())
        .isEqualTo(ErrorCode.CONNECTION_LOST);
    assertThat(state(endpoint)).isEqualTo(EndpointState.FAILED);
    assertThat(subscriber.items()).hasSize(2);
  }

  @Test
  void failsForGoodAfterSoManyMessages() {
    MockEndpoint endpoint = mock.started(Map.of("messageInterval", 0, "faults.failAfter", 5));

    TestSubscriber<Delivery> subscriber = subscribe(endpoint, Qos.AUTO).request(99);

    assertThat(subscriber.awaitError()).hasMessageContaining("faults.failAfter");
    assertThat(subscriber.items()).hasSize(5);
    assertThat(state(endpoint)).isEqualTo(EndpointState.FAILED);
    Receipt receipt = join(endpoint.publish(Message.of("x")));
    assertThat(receipt.error().orElseThrow()).hasMessageContaining("faults.failAfter");
    join(endpoint.stop(Duration.ZERO));
    assertThat(state(endpoint)).isEqualTo(EndpointState.STOPPED);
  }

  @Test
  void stoppingCompletesSubscriptionsAndWaitsForSettlement() {
    MockEndpoint endpoint = mock.started(FAST);
    TestSubscriber<Delivery> subscriber = subscribe(endpoint, Qos.AT_LEAST_ONCE).request(3);
    subscriber.await(3);

    CompletableFuture<Void> stopped = endpoint.stop(Duration.ofMinutes(1)).toCompletableFuture();
    subscriber.awaitCompletion();
    stays().until(() -> !stopped.isDone());
    assertThat(state(endpoint)).isEqualTo(EndpointState.DRAINING);
    subscriber.items().forEach(Delivery::ack);

    join(stopped);
    assertThat(state(endpoint)).isEqualTo(EndpointState.STOPPED);
    assertThat(counters(endpoint).ignoredSettlements()).isZero();
  }

  @Test
  void afterTheDrainTimeSettlingHasNoEffect() {
    MockEndpoint endpoint = mock.started(FAST);
    TestSubscriber<Delivery> subscriber = subscribe(endpoint, Qos.AT_LEAST_ONCE).request(3);
    subscriber.await(3);

    join(endpoint.stop(Duration.ofMillis(30)));
    subscriber.item(0).ack();

    assertThat(counters(endpoint).ignoredSettlements()).isEqualTo(1);
    assertThat(counters(endpoint).unsettled()).isZero();
  }

  @Test
  void afterStopEverythingIsRefused() {
    MockEndpoint endpoint = mock.started(FAST);
    join(endpoint.stop(Duration.ZERO));

    assertThat(((EndpointException) subscribe(endpoint, Qos.AUTO).awaitError()).code())
        .isEqualTo(ErrorCode.ENDPOINT_STOPPED);
    assertThatThrownBy(() -> join(endpoint.start())).isInstanceOf(EndpointException.class);
  }

  @Test
  void listenersHearTheWholeLifeInOrder() {
    MockEndpoint endpoint = mock.create(FAST);
    List<EndpointState> states = new CopyOnWriteArrayList<>();
    endpoint.addStatusListener(status -> states.add(status.state()));

    join(endpoint.start());
    join(endpoint.stop(Duration.ZERO));

    eventually()
        .untilAsserted(
            () ->
                assertThat(states)
                    .containsExactly(
                        EndpointState.STARTING,
                        EndpointState.UP,
                        EndpointState.DRAINING,
                        EndpointState.STOPPED));
  }

  @Test
  void aThousandEndpointsShareAFewThreads() {
    List<MockEndpoint> endpoints =
        IntStream.range(0, 1000)
            .mapToObj(i -> mock.started(Map.of("messageInterval", 200)))
            .toList();
    List<TestSubscriber<Delivery>> subscribers =
        endpoints.stream().map(e -> subscribe(e, Qos.AUTO).request(3)).toList();

    subscribers.forEach(subscriber -> subscriber.await(3));

    assertThat(threads()).hasSizeLessThanOrEqualTo(1 + 3 * Math.max(2, processors()));
    endpoints.stream().map(e -> e.stop(Duration.ZERO)).toList().forEach(MockFixture::join);
  }

  @Test
  void useAndCloseRace() throws Exception {
    ExecutorService racers = Executors.newFixedThreadPool(4);
    try {
      for (int round = 0; round < 100; round++) {
        MockEndpoint endpoint =
            mock.create(Map.of("messageInterval", 0, "echo", true, "consumer.maxUnsettled", 16));
        CyclicBarrier start = new CyclicBarrier(4);
        join(endpoint.start());
        TestSubscriber<Delivery> subscriber = new TestSubscriber<>(Delivery::ack);
        endpoint.consume(request(Qos.AT_LEAST_ONCE, "a")).subscribe(subscriber);
        List<CompletableFuture<Receipt>> receipts = new CopyOnWriteArrayList<>();
        List<Future<?>> racing = new ArrayList<>();
        racing.add(racers.submit(after(start, () -> subscriber.request(1000))));
        racing.add(
            racers.submit(
                after(
                    start,
                    () -> {
                      for (int i = 0; i < 50; i++) {
                        receipts.add(endpoint.publish(Message.of("x")).toCompletableFuture());
                      }
                    })));
        racing.add(racers.submit(after(start, () -> endpoint.stop(Duration.ofMillis(5)))));
        racing.add(racers.submit(after(start, endpoint::close)));
        for (Future<?> racer : racing) {
          racer.get(20, TimeUnit.SECONDS);
        }

        receipts.forEach(MockFixture::join); // every publish has its receipt
        eventually().until(subscriber::isCompleted);
        EndpointStatus status = endpoint.status();
        assertThat(status.state()).isEqualTo(EndpointState.STOPPED);
        assertThat(status.counters().inFlight()).isZero();
        assertThat(status.counters().unsettled()).isZero();
      }
    } finally {
      racers.shutdownNow();
    }
  }

  @Test
  void cancellingAndSettlingRace() {
    int count = 3000;
    MockEndpoint endpoint =
        mock.started(
            Map.of("messageInterval", 0, "messageCount", count, "consumer.maxUnsettled", 8));
    ExecutorService settlers = Executors.newFixedThreadPool(2);
    Set<String> settled = ConcurrentHashMap.newKeySet();
    AtomicInteger deliveries = new AtomicInteger();
    try {
      TestSubscriber<Delivery> subscriber;
      do {
        // Leaves one unsettled and goes; the next one gets it.
        int left = ThreadLocalRandom.current().nextInt(60);
        AtomicInteger seen = new AtomicInteger();
        AtomicReference<TestSubscriber<Delivery>> self = new AtomicReference<>();
        subscriber =
            new TestSubscriber<>(
                delivery -> {
                  deliveries.incrementAndGet();
                  if (seen.getAndIncrement() == left) {
                    self.get().cancel();
                  } else {
                    settled.add(id(delivery));
                    settlers.execute(delivery::ack);
                  }
                });
        self.set(subscriber);
        endpoint.consume(request(Qos.AT_LEAST_ONCE, "a")).subscribe(subscriber);
        subscriber.request(Long.MAX_VALUE);
        TestSubscriber<Delivery> current = subscriber;
        eventually().until(() -> current.isCompleted() || seen.get() > left);
      } while (!subscriber.isCompleted());
    } finally {
      settlers.shutdown();
    }

    assertThat(settled).hasSize(count);
    assertThat(counters(endpoint).unsettled()).isZero();
    // Each consumer that left repeats at most its window.
    assertThat(deliveries.get()).isLessThan(2 * count);
  }

  private static Runnable after(CyclicBarrier start, Runnable action) {
    return () -> {
      try {
        start.await(20, TimeUnit.SECONDS);
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
      action.run();
    };
  }

  private static int processors() {
    return Runtime.getRuntime().availableProcessors();
  }

  static Set<String> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(Thread::isAlive)
        .map(Thread::getName)
        .filter(name -> name.startsWith("sluice-mock-"))
        .collect(Collectors.toSet());
  }
}
