/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.rabbitmq.internal;

import static io.sluice.endpoint.rabbitmq.internal.RabbitmqFixture.KEY;
import static io.sluice.endpoint.rabbitmq.internal.RabbitmqFixture.awaitState;
import static io.sluice.endpoint.rabbitmq.internal.RabbitmqFixture.eventually;
import static io.sluice.endpoint.rabbitmq.internal.RabbitmqFixture.join;
import static io.sluice.endpoint.rabbitmq.internal.RabbitmqFixture.publishing;
import static io.sluice.endpoint.rabbitmq.internal.RabbitmqFixture.state;
import static io.sluice.endpoint.rabbitmq.internal.RabbitmqFixture.with;
import static io.sluice.endpoint.tck.EndpointAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.endpoint.EndpointState;
import io.sluice.endpoint.ErrorCode;
import io.sluice.endpoint.Message;
import io.sluice.endpoint.Receipt;
import io.sluice.endpoint.tck.broker.FaultProxy;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** A broker refuses some messages, or all for a while; what is left must be published. */
class RabbitmqPublishFaultTest {

  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Duration TIMEOUT = Duration.ofSeconds(2);

  /** How late a receipt may be. */
  private static final Duration LATE = Duration.ofSeconds(1);

  @RegisterExtension final RabbitmqFixture rabbitmq = new RabbitmqFixture();

  private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
  private TestBroker broker;
  private String exchange;
  private String queue;

  private void use(BrokerKind kind) {
    broker = kind.broker();
    exchange = broker.peer().newExchange("direct");
    queue = broker.peer().newQueue(exchange, KEY);
  }

  @AfterEach
  void repair() {
    clock.shutdownNow();
    if (broker != null) {
      broker.proxy().restore();
    }
  }

  static Stream<Message> refused() {
    return Stream.of(
        Message.builder().text("user").attribute("rabbitmq.userId", "somebody else").build(),
        Message.builder().text("copies").header("CC", "no list").build(),
        Message.of("size".repeat(TestBroker.MAX_MESSAGE_BYTES / 4 + 1)));
  }

  @ParameterizedTest
  @MethodSource("refused")
  void theMessageForWhichAChannelIsClosedFailsAlone(Message bad) {
    use(BrokerKind.RABBITMQ);
    RabbitmqEndpoint endpoint = rabbitmq.started(publishing(broker, exchange));
    List<Message> messages = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      messages.add(i % 33 == 32 ? bad : Message.of("m" + i));
    }

    List<CompletionStage<Receipt>> receipts = messages.stream().map(endpoint::publish).toList();

    for (int i = 0; i < messages.size(); i++) {
      Receipt receipt = join(receipts.get(i));
      if (messages.get(i) == bad) {
        assertThat(receipt).isRejected();
        assertThat(receipt.error().orElseThrow()).concernsMessage().isNotRetryable();
      } else {
        assertThat(receipt).isConfirmed();
      }
    }
    assertThat(inOrder())
        .isEqualTo(messages.stream().filter(each -> each != bad).map(Message::text).toList());
    assertThat(endpoint.status().counters().reconnects()).isZero();
    assertThat(state(endpoint)).isEqualTo(EndpointState.UP);
  }

  @Test
  void aMessageThatIsTooLargeIsToldAsSuch() {
    use(BrokerKind.RABBITMQ);
    RabbitmqEndpoint endpoint = rabbitmq.started(publishing(broker, exchange));

    assertThat(join(endpoint.publish(Message.of("x".repeat(TestBroker.MAX_MESSAGE_BYTES + 1)))))
        .isRejectedWith(ErrorCode.MESSAGE_TOO_LARGE)
        .concernsMessage();
  }

  @Test
  void anExchangeThatIsNotThereIsNotTheFaultOfTheMessage() {
    use(BrokerKind.RABBITMQ);
    RabbitmqEndpoint endpoint =
        rabbitmq.started(with(publishing(broker, AmqpPeer.newName("missing")), "declare", "none"));

    List<CompletionStage<Receipt>> receipts =
        IntStream.range(0, 50).mapToObj(i -> endpoint.publish(Message.of("m" + i))).toList();

    receipts.forEach(
        receipt ->
            assertThat(join(receipt))
                .isRejectedWith(ErrorCode.TOPIC_UNKNOWN)
                .isRetryable()
                .concernsNoMessage());
    awaitState(endpoint, EndpointState.DEGRADED);
    assertThat(endpoint.status().reason()).contains("missing");
  }

  @ParameterizedTest
  @EnumSource
  void whatIsUnconfirmedWhenTheConnectionBreaksIsSentAgainInOrder(BrokerKind kind) {
    use(kind);
    RabbitmqEndpoint endpoint = rabbitmq.started(publishing(broker, exchange));
    List<CompletionStage<Receipt>> receipts = new ArrayList<>();
    for (int round = 0; round < 5; round++) {
      broker.proxy().cutAfter(FaultProxy.Direction.values()[round % 2], 1000 + 500L * round);
      for (int i = 0; i < 200; i++) {
        receipts.add(endpoint.publish(Message.of("m" + receipts.size())));
      }
      int sent = receipts.size();
      eventually().until(() -> receipts.get(sent - 1).toCompletableFuture().isDone());
    }

    receipts.forEach(receipt -> assertThat(join(receipt)).isConfirmed());
    assertThat(endpoint.status().counters().reconnects()).isPositive();
    assertThat(inOrder())
        .isEqualTo(IntStream.range(0, receipts.size()).mapToObj(i -> "m" + i).toList());
  }

  @ParameterizedTest
  @EnumSource
  void withoutAConnectionEveryMessageHasItsReceiptInTime(BrokerKind kind) {
    use(kind);
    RabbitmqEndpoint endpoint = hasty(Map.of());
    broker.proxy().refuse();
    awaitState(endpoint, EndpointState.DOWN);

    assertReceiptsInTime(endpoint, "127.0.0.1:" + broker.proxy().port());
  }

  @ParameterizedTest
  @EnumSource
  void overAConnectionThatHangsEveryMessageHasItsReceiptInTime(BrokerKind kind) {
    use(kind);
    RabbitmqEndpoint endpoint = hasty(Map.of("heartbeat", 60));
    broker.proxy().freeze();

    assertReceiptsInTime(endpoint, "has not confirmed");
  }

  @Test
  void toABlockingBrokerEveryMessageHasItsReceiptInTime() {
    use(BrokerKind.RABBITMQ);
    RabbitmqEndpoint endpoint = hasty(Map.of());
    try {
      broker.node().setMemoryAlarm(true);
      join(endpoint.publish(Message.of("x"))); // makes the broker say that it blocks
      awaitState(endpoint, EndpointState.DEGRADED);

      assertReceiptsInTime(endpoint, "blocked");
    } finally {
      broker.node().setMemoryAlarm(false);
    }
    awaitState(endpoint, EndpointState.UP);
    assertThat(join(endpoint.publish(Message.of("after")))).isConfirmed();
  }

  private RabbitmqEndpoint hasty(Map<String, Object> others) {
    Map<String, Object> properties = publishing(broker, exchange);
    properties.put("producer.timeout", TIMEOUT.toMillis());
    RabbitmqEndpoint endpoint = rabbitmq.started(with(properties, others));
    join(endpoint.publish(Message.of("first"))).orThrow();
    return endpoint;
  }

  private static void assertReceiptsInTime(RabbitmqEndpoint endpoint, String why) {
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

    receipts.forEach(
        receipt ->
            assertThat(join(receipt))
                .isRejectedWith(ErrorCode.TIMEOUT)
                .isRetryable()
                .hasMessageContaining("producer.timeout")
                .hasMessageContaining(why));
    eventually().until(() -> millis.size() == receipts.size());
    assertThat(millis)
        .allMatch(time -> time >= TIMEOUT.toMillis() && time < TIMEOUT.plus(LATE).toMillis());
  }

  /** How long the broker takes for both is for the machine to say; nobody starves. */
  @Test
  void goodMessagesPassBesideAClientThatPublishesBadOnes() {
    use(BrokerKind.RABBITMQ);
    RabbitmqEndpoint endpoint = rabbitmq.started(publishing(broker, exchange));
    long[] alone = latencies(() -> endpoint.publish(Message.of("good")));
    Message bad = refused().findFirst().orElseThrow();
    clock.scheduleAtFixedRate(() -> endpoint.publish(bad), 0, 10, TimeUnit.MILLISECONDS);

    long[] beside = latencies(() -> endpoint.publish(Message.of("good")));

    System.out.printf(
        "publish latency of a good message, median/max: alone %d/%d us, beside 100 bad/s %d/%d us%n",
        alone[150], alone[299], beside[150], beside[299]);
    assertThat(beside[299]).isLessThan(Duration.ofSeconds(2).toNanos() / 1000);
    assertThat(endpoint.status().counters().reconnects()).isZero();
  }

  /** In microseconds, sorted. */
  private static long[] latencies(Supplier<CompletionStage<Receipt>> publish) {
    long[] micros = new long[300];
    for (int i = 0; i < micros.length; i++) {
      long begin = System.nanoTime();
      assertThat(join(publish.get())).isConfirmed();
      micros[i] = (System.nanoTime() - begin) / 1000;
    }
    Arrays.sort(micros);
    return micros;
  }

  /** What the queue has, without repeats. */
  private List<String> inOrder() {
    return broker.peer().take(queue, broker.peer().waiting(queue), PATIENCE).stream()
        .map(got -> new String(got.getBody(), StandardCharsets.UTF_8))
        .distinct()
        .toList();
  }
}
