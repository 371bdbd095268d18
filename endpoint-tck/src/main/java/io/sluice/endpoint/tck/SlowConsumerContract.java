/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.endpoint.ConsumeRequest;
import io.sluice.endpoint.Delivery;
import io.sluice.endpoint.MessageEndpoint;
import io.sluice.endpoint.Mode;
import io.sluice.endpoint.Qos;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** A consumer that is slower than the backend slows the backend, and does not fill the heap. */
@DisplayName("Slow consumer")
public abstract class SlowConsumerContract extends ContractGroup {

  private static final int WINDOW = 100;
  private static final long HEAP_ALLOWANCE = 32L * 1024 * 1024;

  /**
   * How long the consumer is slow; the system property {@code sluice.tck.slow.seconds} changes it.
   */
  private static final Duration TEST_DURATION =
      Duration.ofSeconds(Long.getLong("sluice.tck.slow.seconds", 2));

  /** More than an endpoint has threads to call them with. */
  private static final int BLOCKED_SUBSCRIBERS = 2 * Runtime.getRuntime().availableProcessors() + 4;

  private static final Duration PAUSE_DURATION = Duration.ofMillis(20);

  @BeforeEach
  final void needMode() {
    need(Mode.CONSUME);
  }

  @Test
  void aSlowReaderOfAFloodStaysInBounds() {
    for (Qos qos : type().qos()) {
      MessageEndpoint endpoint = (MessageEndpoint) started(need(Situation.FLOOD));
      RecordingSubscriber<Delivery> subscriber =
          subscribe(endpoint, ConsumeRequest.of(qos), new RecordingSubscriber<>(Delivery::ack));
      subscriber.request(1);
      awaitCount(subscriber, 1);
      long before = usedHeap();

      Awaitility.await()
          .pollInterval(PAUSE_DURATION)
          .during(TEST_DURATION)
          .atMost(TEST_DURATION.plus(fixture().patience()))
          .until(
              () -> {
                subscriber.request(1);
                return true;
              });

      assertThat(usedHeap() - before).as("growth of the heap").isLessThan(HEAP_ALLOWANCE);
      assertThat(subscriber.breaches()).isEmpty();
      assertThat(subscriber.count()).as("deliveries under %s", qos).isGreaterThan(10);
      renew();
    }
  }

  @Test
  void aFloodStopsAtTheWindow() {
    need(Qos.AT_LEAST_ONCE);
    needProperty(MAX_UNSETTLED);
    Map<String, Object> flood = need(Situation.FLOOD);
    MessageEndpoint endpoint =
        (MessageEndpoint) started(PropertyForms.with(flood, MAX_UNSETTLED, WINDOW));
    RecordingSubscriber<Delivery> subscriber = subscribe(endpoint, Qos.AT_LEAST_ONCE);
    subscriber.request(Long.MAX_VALUE);

    for (int delivered = WINDOW; delivered < 5 * WINDOW; delivered += WINDOW) {
      int all = delivered;
      awaitCount(subscriber, all);
      stays(() -> assertThat(subscriber.count()).isEqualTo(all));
      assertThat(endpoint.status().counters().unsettled()).isEqualTo(WINDOW);
      subscriber.items().subList(all - WINDOW, all).forEach(Delivery::ack);
    }
    assertThat(subscriber.breaches()).isEmpty();
  }

  @Test
  void aStandstillEndsWithTheStandstill() {
    MessageEndpoint endpoint = (MessageEndpoint) started(need(Situation.FLOOD));
    RecordingSubscriber<Delivery> subscriber =
        subscribe(endpoint, ConsumeRequest.defaults(), new RecordingSubscriber<>());
    subscriber.request(10);
    awaitCount(subscriber, 10);

    stays(() -> assertThat(subscriber.count()).isEqualTo(10));
    subscriber.request(1000);

    awaitCount(subscriber, 1010);
  }

  @Test
  void subscribersThatBlockHoldUpTheirOwnEndpointAlone() {
    MessageEndpoint blocked = (MessageEndpoint) started(need(Situation.FLOOD));
    MessageEndpoint other = (MessageEndpoint) started(need(Situation.FLOOD));
    CountDownLatch release = new CountDownLatch(1);
    try {
      for (int i = 0; i < BLOCKED_SUBSCRIBERS; i++) {
        var blocking = new RecordingSubscriber<Delivery>(delivery -> awaitQuietly(release));
        ConsumeRequest request = ConsumeRequest.builder().clientId("blocked-" + i).build();
        blocked.consume(request).subscribe(blocking);
        blocking.request(1);
      }
      RecordingSubscriber<Delivery> subscriber =
          subscribe(other, ConsumeRequest.defaults(), new RecordingSubscriber<>());
      subscriber.request(10);

      awaitCount(subscriber, 10);
      join(other.stop(Duration.ZERO));
    } finally {
      release.countDown();
    }
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static long usedHeap() {
    Runtime runtime = Runtime.getRuntime();
    for (int i = 0; i < 3; i++) {
      System.gc();
    }
    return runtime.totalMemory() - runtime.freeMemory();
  }
}
