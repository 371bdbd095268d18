/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.rabbitmq.internal;

import static io.sluice.endpoint.rabbitmq.internal.RabbitmqFixture.acknowledging;
import static io.sluice.endpoint.rabbitmq.internal.RabbitmqFixture.awaitCount;
import static io.sluice.endpoint.rabbitmq.internal.RabbitmqFixture.awaitState;
import static io.sluice.endpoint.rabbitmq.internal.RabbitmqFixture.both;
import static io.sluice.endpoint.rabbitmq.internal.RabbitmqFixture.consuming;
import static io.sluice.endpoint.rabbitmq.internal.RabbitmqFixture.eventually;
import static io.sluice.endpoint.rabbitmq.internal.RabbitmqFixture.holding;
import static io.sluice.endpoint.rabbitmq.internal.RabbitmqFixture.isConsuming;
import static io.sluice.endpoint.rabbitmq.internal.RabbitmqFixture.join;
import static io.sluice.endpoint.rabbitmq.internal.RabbitmqFixture.state;
import static io.sluice.endpoint.rabbitmq.internal.RabbitmqFixture.stays;
import static io.sluice.endpoint.rabbitmq.internal.RabbitmqFixture.staysFor;
import static io.sluice.endpoint.rabbitmq.internal.RabbitmqFixture.texts;
import static io.sluice.endpoint.rabbitmq.internal.RabbitmqFixture.with;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.endpoint.Delivery;
import io.sluice.endpoint.EndpointError;
import io.sluice.endpoint.EndpointState;
import io.sluice.endpoint.ErrorCode;
import io.sluice.endpoint.Message;
import io.sluice.endpoint.Qos;
import io.sluice.endpoint.Receipt;
import io.sluice.endpoint.tck.RecordingSubscriber;
import io.sluice.endpoint.tck.broker.FaultProxy;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The broker goes away, hangs, is cut off, or loses what is used, while messages flow. */
class RabbitmqFaultTest {

  private static final Duration FAULTS =
      Duration.ofSeconds(Long.getLong("sluice.faults.seconds", 15));

  /** How many random runs there are, however long they take; 0 for as many as the time allows. */
  private static final int RUNS = Integer.getInteger("sluice.faults.runs", 0);

  private static final int WINDOW = 200;

  @RegisterExtension final RabbitmqFixture rabbitmq = new RabbitmqFixture();

  private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
  private TestBroker broker;

  @AfterEach
  void repair() {
    clock.shutdownNow();
    if (broker == null) {
      return;
    }
    broker.proxy().restore();
    if (broker.broker().isRunning()) {
      broker.broker().thaw();
    } else {
      broker.broker().start();
    }
  }

  @ParameterizedTest
  @EnumSource
  void aBrokerThatIsKilledAndRestartedUnderLoadLosesNothing(BrokerKind kind) {
    RabbitmqEndpoint endpoint = started(kind, Map.of());
    try (NumberedTraffic traffic = new NumberedTraffic(endpoint)) {
      broker.broker().sync();
      traffic.awaitMore(2000);
      broker.broker().kill();
      awaitState(endpoint, EndpointState.DOWN);
      broker.broker().start();
      awaitState(endpoint, EndpointState.UP);

      assertFlows(endpoint, traffic);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aBrokerThatHangsIsNoticedByItsSilence(BrokerKind kind) {
    RabbitmqEndpoint endpoint = started(kind, Map.of());
    try (NumberedTraffic traffic = new NumberedTraffic(endpoint)) {
      traffic.awaitMore(1000);
      broker.broker().freeze();
      long begin = System.nanoTime();
      awaitState(endpoint, EndpointState.DOWN);
      Duration noticed = Duration.ofNanos(System.nanoTime() - begin);
      broker.broker().thaw();
      awaitState(endpoint, EndpointState.UP);

      System.out.println(kind + ": silence is noticed after " + noticed.toMillis() + " ms");
      assertThat(noticed).isLessThan(Duration.ofSeconds(5)); // heartbeat 1 s
      assertFlows(endpoint, traffic);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aConnectionWithNothingToSayStaysOpen(BrokerKind kind) {
    RabbitmqEndpoint endpoint = started(kind, Map.of());
    acknowledging(endpoint);

    staysFor(Duration.ofSeconds(4), () -> state(endpoint) == EndpointState.UP); // heartbeat 1 s

    assertThat(endpoint.status().counters().reconnects()).isZero();
  }

  @ParameterizedTest
  @EnumSource
  void aConnectionThatHangsLosesNothing(BrokerKind kind) {
    RabbitmqEndpoint endpoint = started(kind, Map.of());
    try (NumberedTraffic traffic = new NumberedTraffic(endpoint)) {
      traffic.awaitMore(1000);
      broker.proxy().freeze();
      awaitState(endpoint, EndpointState.DOWN);
      broker.proxy().thaw();
      awaitState(endpoint, EndpointState.UP);

      assertFlows(endpoint, traffic);
    }
  }

  @Test
  void aConnectionThatTheBrokerHasForgottenIsNoticed() {
    RabbitmqEndpoint endpoint = started(BrokerKind.RABBITMQ, Map.of());
    try (NumberedTraffic traffic = new NumberedTraffic(endpoint)) {
      traffic.awaitMore(1000);
      broker.proxy().freeze();
      broker.node().closeConnections("forgotten"); // nobody hears that behind the proxy
      awaitState(endpoint, EndpointState.DOWN);
      broker.proxy().restore();
      awaitState(endpoint, EndpointState.UP);

      assertFlows(endpoint, traffic);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aResetInTheMiddleOfAFrameLosesNothing(BrokerKind kind) {
    RabbitmqEndpoint endpoint = started(kind, Map.of());
    try (NumberedTraffic traffic = new NumberedTraffic(endpoint)) {
      for (FaultProxy.Direction direction : FaultProxy.Direction.values()) {
        for (int bytes : List.of(1, 6, 10_001)) {
          traffic.awaitMore(500);
          long before = endpoint.status().counters().reconnects();
          broker.proxy().cutAfter(direction, bytes);
          eventually().until(() -> endpoint.status().counters().reconnects() > before);
        }
      }

      assertFlows(endpoint, traffic);
    }
  }

  @Test
  void aDeletedQueueIsMadeAgain() {
    RabbitmqEndpoint endpoint = started(BrokerKind.RABBITMQ, Map.of());
    RecordingSubscriber<Delivery> subscriber = acknowledging(endpoint);
    for (int i = 1; i <= 3; i++) {
      broker.node().deleteQueue(endpoint.name());
      eventually()
          .untilAsserted(
              () -> assertThat(join(endpoint.publish(Message.of("x"))).isConfirmed()).isTrue());
      awaitCount(subscriber, i);
    }
    assertThat(state(endpoint)).isEqualTo(EndpointState.UP);
  }

  @Test
  void withoutDeclarationADeletedQueueIsAReasonUntilItIsThere() {
    broker = TestBroker.rabbit();
    for (String declare : List.of("passive", "none")) {
      String exchange = broker.peer().newExchange("direct");
      String queue = broker.peer().newQueue(exchange, RabbitmqFixture.KEY);
      RabbitmqEndpoint endpoint =
          rabbitmq.started(
              with(
                  consuming(broker, exchange),
                  Map.of("declare", declare, "consumer.queue.name", queue)));
      RecordingSubscriber<Delivery> subscriber = acknowledging(endpoint);

      broker.peer().deleteQueue(queue);
      awaitState(endpoint, EndpointState.DEGRADED);
      assertThat(endpoint.status().reason()).contains(queue).contains("NOT_FOUND");
      broker.peer().newNamedQueue(queue, exchange, RabbitmqFixture.KEY, Map.of());

      awaitState(endpoint, EndpointState.UP);
      broker.peer().send(exchange, RabbitmqFixture.KEY, 1, i -> "x");
      awaitCount(subscriber, 1);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aDeletedExchangeIsMadeAgain(BrokerKind kind) {
    broker = kind.broker();
    String exchange = broker.peer().newExchange("direct");
    Map<String, Object> properties = RabbitmqFixture.publishing(broker, exchange);
    properties.put("producer.mandatory", false);
    RabbitmqEndpoint endpoint = rabbitmq.started(properties);
    join(endpoint.publish(Message.of("x"))).orThrow();

    broker.peer().call(channel -> channel.exchangeDelete(exchange));
    List<CompletionStage<Receipt>> receipts =
        IntStream.range(0, 100).mapToObj(i -> endpoint.publish(Message.of("y" + i))).toList();

    receipts.forEach(receipt -> assertThat(join(receipt).error()).isEmpty());
    broker.peer().call(channel -> channel.exchangeDeclarePassive(exchange));
    awaitState(endpoint, EndpointState.UP);
  }

  @Test
  void withoutDeclarationADeletedExchangeIsAReasonUntilItIsThere() {
    broker = TestBroker.rabbit();
    for (String declare : List.of("passive", "none")) {
      String exchange = broker.peer().newExchange("direct");
      Map<String, Object> properties = RabbitmqFixture.publishing(broker, exchange);
      properties.putAll(Map.of("declare", declare, "producer.mandatory", false));
      RabbitmqEndpoint endpoint = rabbitmq.started(properties);
      join(endpoint.publish(Message.of("x"))).orThrow();

      broker.peer().call(channel -> channel.exchangeDelete(exchange));
      assertThat(join(endpoint.publish(Message.of("y"))).error())
          .hasValueSatisfying(
              error -> {
                assertThat(error.code()).isEqualTo(ErrorCode.TOPIC_UNKNOWN);
                assertThat(error).hasMessageContaining(exchange);
                assertThat(error.concernsMessage()).isFalse();
              });
      eventually().until(() -> state(endpoint) != EndpointState.UP);
      assertThat(endpoint.status().reason()).contains(exchange);
      broker.peer().call(channel -> channel.exchangeDeclare(exchange, "direct", true));

      eventually().until(() -> join(endpoint.publish(Message.of("z"))).isConfirmed());
      awaitState(endpoint, EndpointState.UP);
    }
  }

  @Test
  void aMemoryAlarmHoldsPublishersUpAndNobodyElse() {
    broker = TestBroker.rabbit();
    alarm(raised -> broker.node().setMemoryAlarm(raised));
  }

  @Test
  void aDiskAlarmHoldsPublishersUpAndNobodyElse() {
    broker = TestBroker.rabbit();
    alarm(raised -> broker.node().setDiskAlarm(raised));
  }

  private void alarm(Consumer<Boolean> alarm) {
    RabbitmqEndpoint endpoint = rabbitmq.started(both(broker, broker.peer().newExchange("direct")));
    RecordingSubscriber<Delivery> held = holding(endpoint, Qos.AT_LEAST_ONCE);
    join(endpoint.publish(Message.of("before"))).orThrow();
    broker.peer().send("", endpoint.name(), 100, i -> "m" + i);
    try {
      alarm.accept(true);
      List<CompletionStage<Receipt>> receipts =
          IntStream.range(0, 500).mapToObj(i -> endpoint.publish(Message.of("n" + i))).toList();

      awaitState(endpoint, EndpointState.DEGRADED);
      assertThat(endpoint.status().reason()).contains("blocked");
      awaitCount(held, 101);
      held.items().forEach(Delivery::ack);
      eventually().until(() -> endpoint.status().counters().unsettled() == 0);
      stays().until(() -> RabbitmqFixture.isPending(receipts.get(499)));
      alarm.accept(false);

      receipts.forEach(receipt -> assertThat(join(receipt).error()).isEmpty());
      awaitState(endpoint, EndpointState.UP);
      awaitCount(held, 601);
    } finally {
      alarm.accept(false);
    }
  }

  @Test
  void aChangedPasswordCountsForTheNextConnection() {
    broker = TestBroker.rabbit();
    String user = AmqpPeer.newName("user");
    broker.node().addUser(user, "first");
    broker.node().setPermissions(user, "/", ".*", ".*", ".*");
    RabbitmqEndpoint endpoint =
        rabbitmq.started(
            with(
                both(broker, broker.peer().newExchange("direct")),
                Map.of("security.auth.username", user, "security.auth.password", "first")));
    RecordingSubscriber<Delivery> subscriber = acknowledging(endpoint);

    broker.node().changePassword(user, "second");
    join(endpoint.publish(Message.of("still connected"))).orThrow();
    awaitCount(subscriber, 1);
    broker.node().closeConnections("maintenance");

    awaitState(endpoint, EndpointState.DOWN);
    eventually()
        .untilAsserted(
            () ->
                assertThat(endpoint.status().lastError())
                    .map(EndpointError::code)
                    .contains(ErrorCode.AUTHENTICATION_FAILED));
    broker.node().changePassword(user, "first");
    awaitState(endpoint, EndpointState.UP);
    join(endpoint.publish(Message.of("again"))).orThrow();
    awaitCount(subscriber, 2);
  }

  @ParameterizedTest
  @EnumSource
  void aVeryLargeMessagePassesBothWays(BrokerKind kind) {
    broker = kind.broker();
    byte[] payload = new byte[64 << 20];
    new Random(1).nextBytes(payload);
    allowMessagesOf(2 * payload.length);
    try {
      RabbitmqEndpoint endpoint =
          rabbitmq.started(
              with(
                  both(broker, broker.peer().newExchange("direct")),
                  Map.of(
                      "heartbeat",
                      10,
                      "producer.maxInFlightBytes",
                      2L * payload.length,
                      "producer.timeout",
                      60_000)));
      RecordingSubscriber<Delivery> subscriber = acknowledging(endpoint);

      join(endpoint.publish(Message.builder().payload(payload).build())).orThrow();
      join(endpoint.publish(Message.of("next"))).orThrow();

      awaitCount(subscriber, 2);
      assertThat(subscriber.items().get(0).message().payload()).isEqualTo(payload);
      assertThat(endpoint.status().counters().reconnects()).isZero();
    } finally {
      allowMessagesOf(TestBroker.MAX_MESSAGE_BYTES);
    }
  }

  private void allowMessagesOf(int bytes) {
    if (broker.isRabbit()) {
      broker.node().ctl("eval", "application:set_env(rabbit, max_message_size, " + bytes + ").");
    }
  }

  @ParameterizedTest
  @EnumSource
  void whatIsSettledAfterAResetComesAgainAndNothingBreaks(BrokerKind kind) {
    RabbitmqEndpoint endpoint = started(kind, Map.of());
    RecordingSubscriber<Delivery> subscriber = holding(endpoint, Qos.AT_LEAST_ONCE);
    List<String> sent = IntStream.range(0, 50).mapToObj(i -> "m" + i).toList();
    broker.peer().send("", endpoint.name(), 50, sent::get);
    awaitCount(subscriber, 50);
    List<Delivery> early = subscriber.items();

    broker.proxy().reset();
    awaitCount(subscriber, 100);
    eventually().until(() -> endpoint.status().counters().reconnects() == 2); // both connections
    early.forEach(Delivery::ack);

    stays().until(() -> subscriber.count() == 100);
    assertThat(texts(subscriber).subList(50, 100)).containsExactlyInAnyOrderElementsOf(sent);
    assertThat(endpoint.status().counters().unsettled()).isEqualTo(50);
    assertThat(endpoint.status().counters().reconnects()).isEqualTo(2);
    subscriber.items().subList(50, 100).forEach(Delivery::ack);
    broker.peer().send("", endpoint.name(), 1, i -> "next");
    awaitCount(subscriber, 101);
    subscriber.items().get(100).ack();
    join(endpoint.stop(Duration.ofSeconds(5)));
    assertThat(broker.peer().waiting(endpoint.name())).isZero();
  }

  /** What happens follows from the seed, which the test prints; when, also from the machine. */
  @ParameterizedTest
  @EnumSource
  void randomFaultsOfTheNetworkLoseNothing(BrokerKind kind) throws Exception {
    long seed = Long.getLong("sluice.seed", System.nanoTime());
    System.out.println(kind + ": random faults run with -Dsluice.seed=" + seed);
    long end = System.nanoTime() + FAULTS.toNanos() / BrokerKind.values().length;
    int runs = 0;
    while (runs < RUNS || RUNS == 0 && System.nanoTime() < end) {
      randomFaults(kind, new Random(seed + runs));
      runs++;
    }
    System.out.println(kind + ": " + runs + " runs");
  }

  private void randomFaults(BrokerKind kind, Random random) throws Exception {
    RabbitmqEndpoint endpoint =
        started(kind, Map.of("consumer.maxUnsettled", WINDOW, "producer.maxInFlight", WINDOW));
    try (NumberedTraffic traffic = new NumberedTraffic(endpoint)) {
      traffic.awaitMore(200);
      for (int i = 0; i < 3; i++) {
        clock.schedule(fault(random), random.nextInt(300), TimeUnit.MILLISECONDS).get();
        clock.schedule(broker.proxy()::restore, random.nextInt(800), TimeUnit.MILLISECONDS).get();
      }
      awaitState(endpoint, EndpointState.UP);
      traffic.awaitMore(200);

      assertFlows(endpoint, traffic);
      long reconnects = endpoint.status().counters().reconnects();
      assertThat(traffic.repeated()).isLessThanOrEqualTo((int) (reconnects + 1) * WINDOW);
    }
    join(endpoint.stop(Duration.ZERO));
    broker.peer().deleteQueue(endpoint.name());
  }

  private Runnable fault(Random random) {
    FaultProxy proxy = broker.proxy();
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

  private void assertFlows(RabbitmqEndpoint endpoint, NumberedTraffic traffic) {
    traffic.awaitMore(500);
    traffic.stopPublishing();
    traffic.assertNothingLost();
    assertThat(isConsuming(endpoint)).isTrue();
  }

  private RabbitmqEndpoint started(BrokerKind kind, Map<String, Object> others) {
    broker = kind.broker();
    Map<String, Object> properties = both(broker, broker.peer().newExchange("direct"));
    properties.put("producer.timeout", 60_000);
    return rabbitmq.started(with(properties, others));
  }
}
