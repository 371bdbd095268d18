/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.kafka.internal;

import static io.sluice.endpoint.kafka.internal.KafkaFixture.acknowledging;
import static io.sluice.endpoint.kafka.internal.KafkaFixture.awaitCount;
import static io.sluice.endpoint.kafka.internal.KafkaFixture.consuming;
import static io.sluice.endpoint.kafka.internal.KafkaFixture.eventually;
import static io.sluice.endpoint.kafka.internal.KafkaFixture.join;
import static io.sluice.endpoint.kafka.internal.KafkaFixture.publishing;
import static io.sluice.endpoint.kafka.internal.KafkaFixture.state;
import static io.sluice.endpoint.kafka.internal.KafkaFixture.staysFor;
import static io.sluice.endpoint.kafka.internal.KafkaFixture.with;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.endpoint.ConsumeRequest;
import io.sluice.endpoint.Delivery;
import io.sluice.endpoint.EndpointError;
import io.sluice.endpoint.EndpointException;
import io.sluice.endpoint.EndpointState;
import io.sluice.endpoint.ErrorCode;
import io.sluice.endpoint.Message;
import io.sluice.endpoint.Qos;
import io.sluice.endpoint.Receipt;
import io.sluice.endpoint.tck.RecordingSubscriber;
import io.sluice.endpoint.tck.broker.FaultProxy;
import io.sluice.endpoint.tck.broker.KafkaBroker;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The broker is not there, goes away, hangs or is cut off, while messages are to flow. */
class KafkaFaultTest {

  private static final Duration FAULTS =
      Duration.ofSeconds(Long.getLong("sluice.faults.seconds", 15));

  @RegisterExtension final KafkaFixture kafka = new KafkaFixture();

  private final FaultProxy proxy = FaultProxy.toFreePort();
  private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
  private KafkaBroker broker;

  @AfterEach
  void close() {
    clock.shutdownNow();
    kafka.factory().close();
    if (broker != null) {
      broker.close();
    }
    proxy.close();
  }

  @Test
  void aBrokerThatComesLaterIsFound() {
    proxy.refuse();
    KafkaEndpoint endpoint = kafka.create("orders", both("late"));
    join(endpoint.start());
    eventually().until(() -> state(endpoint) == EndpointState.DOWN);
    assertThat(endpoint.status().reason()).contains("no server listens at " + proxy.address());
    assertThat(endpoint.status().lastError())
        .map(EndpointError::code)
        .contains(ErrorCode.CONNECTION_REFUSED);
    RecordingSubscriber<Delivery> subscriber = acknowledging(endpoint, request());
    CompletionStage<Receipt> receipt = endpoint.publish(Message.of("early"));

    startBroker();
    proxy.restore();

    assertThat(join(receipt).error()).isEmpty();
    awaitCount(subscriber, 1);
    eventually().until(() -> state(endpoint) == EndpointState.UP);
  }

  @Test
  void aNameWithoutAddressIsAStateWithItsReason() {
    String host = "x".repeat(70) + ".invalid"; // no resolver needs to be asked for this one
    KafkaEndpoint endpoint =
        kafka.create("orders", with(both("t"), "bootstrapServers", host + ":9092"));

    join(endpoint.start());

    eventually().until(() -> state(endpoint) == EndpointState.DOWN);
    assertThat(endpoint.status().lastError())
        .map(EndpointError::code)
        .contains(ErrorCode.DNS_RESOLUTION_FAILED);
    assertThat(endpoint.status().reason()).contains(host);
  }

  @Test
  void attemptsMayBeUsedUp() {
    proxy.refuse();
    Map<String, Object> properties = both("t");
    properties.putAll(Map.of("reconnect.maxAttempts", 2, "reconnect.initialDelay", 200));
    KafkaEndpoint endpoint = kafka.create("orders", properties);
    join(endpoint.start());
    CompletionStage<Receipt> underWay = endpoint.publish(Message.of("early"));

    eventually().until(() -> state(endpoint) == EndpointState.FAILED);
    assertThat(endpoint.status().reason()).contains("reconnect.maxAttempts");
    assertThat(join(underWay).error())
        .as("nothing is published beside FAILED")
        .map(EndpointException::code)
        .contains(ErrorCode.CONNECTION_REFUSED);
    assertThat(join(endpoint.publish(Message.of("x"))).error())
        .map(EndpointException::code)
        .contains(ErrorCode.CONNECTION_REFUSED);
    RecordingSubscriber<Delivery> subscriber = acknowledging(endpoint, request());
    eventually().until(() -> subscriber.error().isPresent());
  }

  @Test
  void aClientPropertyThatTheClientRefusesIsAFailureWithItsReason() {
    startBroker();
    KafkaEndpoint endpoint =
        kafka.create("orders", with(both("t"), "properties.send.buffer.bytes", "many"));

    join(endpoint.start());
    Receipt receipt = join(endpoint.publish(Message.of("x")));

    assertThat(receipt.error())
        .map(EndpointException::code)
        .contains(ErrorCode.INVALID_CONFIGURATION);
    eventually().until(() -> state(endpoint) == EndpointState.FAILED);
    assertThat(endpoint.status().reason()).contains("send.buffer.bytes");
  }

  @Test
  void withoutABrokerEveryMessageHasItsReceiptInTime() {
    broker = KafkaBroker.builder().start();
    Map<String, Object> properties = publishing(broker.bootstrapServers(), "lost");
    properties.put("producer.timeout", 4000);
    KafkaEndpoint endpoint = kafka.started("orders", properties);
    broker.kill();
    eventually().until(() -> state(endpoint) == EndpointState.DOWN);
    long begin = System.nanoTime();
    List<Long> millis = new CopyOnWriteArrayList<>();

    List<CompletionStage<Receipt>> receipts =
        IntStream.range(0, 50)
            .mapToObj(i -> endpoint.publish(Message.of("x")))
            .map(
                stage ->
                    stage.whenComplete(
                        (receipt, failure) ->
                            millis.add(Duration.ofNanos(System.nanoTime() - begin).toMillis())))
            .toList();

    for (CompletionStage<Receipt> receipt : receipts) {
      EndpointException error = join(receipt).error().orElseThrow();
      assertThat(error.code()).isEqualTo(ErrorCode.TIMEOUT);
      assertThat(error.isRetryable()).isTrue();
      assertThat(error)
          .hasMessageContaining("within producer.timeout, 4000 ms")
          .hasMessageContaining("no server listens at " + broker.bootstrapServers());
    }
    eventually().until(() -> millis.size() == receipts.size());
    System.out.println("50 receipts without a broker after " + millis + " ms");
    assertThat(millis).allMatch(time -> time >= 4000 && time < 5000);
  }

  @Test
  void aTopicThatNobodyMakesIsRejectedAfterAWhile() {
    broker = KafkaBroker.builder().behind(proxy).set("auto.create.topics.enable", false).start();
    try (KafkaTopics topics = new KafkaTopics(broker.internalServers())) {
      KafkaEndpoint endpoint = kafka.started("orders", publishing(proxy.address(), "missing"));
      Message elsewhere =
          Message.builder().text("y").attribute("kafka.topic", topics.create(1)).build();

      CompletionStage<Receipt> refused = endpoint.publish(Message.of("x"));
      CompletionStage<Receipt> next = endpoint.publish(elsewhere);

      assertThat(join(refused).error())
          .hasValueSatisfying(
              error -> {
                assertThat(error.code()).isEqualTo(ErrorCode.TOPIC_UNKNOWN);
                assertThat(error).hasMessageContaining("missing");
              });
      assertThat(join(next).error()).isEmpty();
      topics.createNamed("missing");
      eventually().until(() -> join(endpoint.publish(Message.of("z"))).isConfirmed());
    }
  }

  @Test
  void aTopicHasItsTimeHoweverLongTheBrokerWasAway() {
    broker = KafkaBroker.builder().behind(proxy).set("auto.create.topics.enable", false).start();
    try (KafkaTopics topics = new KafkaTopics(broker.internalServers())) {
      proxy.refuse();
      KafkaEndpoint endpoint = kafka.create("orders", publishing(proxy.address(), "late"));
      join(endpoint.start());

      CompletionStage<Receipt> receipt = endpoint.publish(Message.of("early"));
      staysFor(Duration.ofSeconds(6), () -> isPending(receipt)); // more than a topic's time
      proxy.restore();
      eventually().until(() -> state(endpoint) == EndpointState.UP);
      staysFor(Duration.ofSeconds(2), () -> isPending(receipt));
      topics.createNamed("late");

      assertThat(join(receipt).error()).isEmpty();
    }
  }

  private static boolean isPending(CompletionStage<Receipt> receipt) {
    return !receipt.toCompletableFuture().isDone();
  }

  @Test
  void aBrokerThatIsKilledAndRestartedUnderLoadLosesNothing() {
    startBroker();
    KafkaEndpoint endpoint = kafka.started("orders", both("crash"));
    try (NumberedTraffic traffic = new NumberedTraffic(endpoint)) {
      traffic.awaitMore(2000);
      broker.kill();
      eventually().until(() -> state(endpoint) == EndpointState.DOWN);
      broker.start();
      eventually().until(() -> state(endpoint) == EndpointState.UP);
      traffic.awaitMore(2000);

      traffic.stopPublishing();
      traffic.assertNothingLost();
      assertThat(endpoint.status().counters().reconnects()).isPositive();
    }
  }

  @Test
  void aBrokerThatHangsForAWhileLosesNothing() {
    startBroker();
    KafkaEndpoint endpoint = kafka.started("orders", both("frozen"));
    try (NumberedTraffic traffic = new NumberedTraffic(endpoint)) {
      traffic.awaitMore(1000);
      broker.freeze();
      eventually().until(() -> state(endpoint) == EndpointState.DOWN);
      broker.thaw();
      eventually().until(() -> state(endpoint) == EndpointState.UP);
      traffic.awaitMore(1000);

      traffic.stopPublishing();
      traffic.assertNothingLost();
    }
  }

  @Test
  void stoppingWithoutABrokerIsBounded() {
    startBroker();
    KafkaEndpoint endpoint = kafka.started("orders", both("gone"));
    RecordingSubscriber<Delivery> subscriber = acknowledging(endpoint, request());
    join(endpoint.publish(Message.of("x"))).orThrow();
    awaitCount(subscriber, 1);
    broker.freeze();
    CompletionStage<Receipt> pending = endpoint.publish(Message.of("never confirmed"));
    long begin = System.nanoTime();

    join(endpoint.stop(Duration.ofMillis(100)));

    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(5));
    assertThat(join(pending).error())
        .map(EndpointException::code)
        .contains(ErrorCode.ENDPOINT_STOPPED);
    assertThat(subscriber.isCompleted()).isTrue();
  }

  /** What happens follows from the seed, which the test prints; when, also from the machine. */
  @Test
  void randomFaultsOfTheNetworkLoseNothing() throws Exception {
    long seed = Long.getLong("sluice.faults.seed", System.nanoTime());
    System.out.println("random faults of the network for " + FAULTS + ", seed " + seed);
    Random random = new Random(seed);
    startBroker();
    KafkaEndpoint endpoint = kafka.started("orders", both("faulty"));
    try (NumberedTraffic traffic = new NumberedTraffic(endpoint)) {
      traffic.awaitMore(500);
      long end = System.nanoTime() + FAULTS.toNanos();
      while (System.nanoTime() - end < 0) {
        Runnable fault = fault(random);
        clock.schedule(fault, random.nextInt(500), TimeUnit.MILLISECONDS).get();
        clock.schedule(proxy::restore, random.nextInt(1500), TimeUnit.MILLISECONDS).get();
      }
      eventually().until(() -> state(endpoint) == EndpointState.UP);
      traffic.awaitMore(500);

      traffic.stopPublishing();
      traffic.assertNothingLost();
    }
  }

  private Runnable fault(Random random) {
    int bytes = 1 + random.nextInt(50_000);
    return switch (random.nextInt(6)) {
      case 0 -> proxy::reset;
      case 1 -> proxy::refuse;
      case 2 -> proxy::freeze;
      case 3 -> () -> proxy.cutAfter(FaultProxy.Direction.TO_SERVER, bytes);
      case 4 -> () -> proxy.cutAfter(FaultProxy.Direction.TO_CLIENT, bytes);
      default -> () -> proxy.throttle(10_000 + bytes);
    };
  }

  private void startBroker() {
    broker = KafkaBroker.builder().behind(proxy).start();
  }

  private Map<String, Object> both(String topic) {
    Map<String, Object> properties = new HashMap<>(consuming(proxy.address(), topic));
    properties.putAll(publishing(proxy.address(), topic));
    properties.put("producer.timeout", 60_000);
    properties.put("properties.request.timeout.ms", 5000);
    return properties;
  }

  private static ConsumeRequest request() {
    return ConsumeRequest.of(Qos.AT_LEAST_ONCE);
  }
}
