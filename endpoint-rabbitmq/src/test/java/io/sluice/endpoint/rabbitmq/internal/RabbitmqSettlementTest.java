/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.rabbitmq.internal;

import static io.sluice.endpoint.rabbitmq.internal.RabbitmqFixture.KEY;
import static io.sluice.endpoint.rabbitmq.internal.RabbitmqFixture.acknowledging;
import static io.sluice.endpoint.rabbitmq.internal.RabbitmqFixture.awaitCount;
import static io.sluice.endpoint.rabbitmq.internal.RabbitmqFixture.eventually;
import static io.sluice.endpoint.rabbitmq.internal.RabbitmqFixture.holding;
import static io.sluice.endpoint.rabbitmq.internal.RabbitmqFixture.join;
import static io.sluice.endpoint.rabbitmq.internal.RabbitmqFixture.reading;
import static io.sluice.endpoint.rabbitmq.internal.RabbitmqFixture.subscribed;
import static io.sluice.endpoint.rabbitmq.internal.RabbitmqFixture.texts;
import static io.sluice.endpoint.rabbitmq.internal.RabbitmqFixture.with;
import static io.sluice.endpoint.tck.EndpointAssertions.assertThatFailure;
import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.GetResponse;
import io.sluice.endpoint.ConsumeRequest;
import io.sluice.endpoint.Delivery;
import io.sluice.endpoint.ErrorCode;
import io.sluice.endpoint.Nack;
import io.sluice.endpoint.Qos;
import io.sluice.endpoint.tck.RecordingSubscriber;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a consumer settles, the broker knows; what it does not settle, comes again. */
class RabbitmqSettlementTest {

  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final int WINDOW = 50;

  @RegisterExtension final RabbitmqFixture rabbitmq = new RabbitmqFixture();

  private TestBroker broker;
  private String exchange;
  private String queue;

  private void use(BrokerKind kind, Map<String, Object> arguments) {
    broker = kind.broker();
    exchange = broker.peer().newExchange("direct");
    queue = broker.peer().newQueue(exchange, KEY, arguments);
  }

  @AfterEach
  void repair() {
    if (broker != null) {
      broker.proxy().restore();
    }
  }

  @ParameterizedTest
  @EnumSource
  void nothingThatWasAcknowledgedIsLeft(BrokerKind kind) {
    use(kind, Map.of());
    send(1000);
    RabbitmqEndpoint endpoint = rabbitmq.started(reading(broker, queue));
    RecordingSubscriber<Delivery> subscriber = acknowledging(endpoint);
    awaitCount(subscriber, 1000);

    join(endpoint.stop(Duration.ofSeconds(5)));

    assertThat(broker.peer().waiting(queue)).isZero();
    assertThat(texts(subscriber)).isEqualTo(sent(1000));
  }

  @ParameterizedTest
  @EnumSource
  void anIdleConsumerAcknowledgesAtOnce(BrokerKind kind) {
    use(kind, Map.of());
    send(3);
    RabbitmqEndpoint endpoint = rabbitmq.started(reading(broker, queue));
    RecordingSubscriber<Delivery> subscriber = holding(endpoint, Qos.AT_LEAST_ONCE);
    awaitCount(subscriber, 3);

    subscriber.items().get(0).ack();
    subscriber.items().get(1).ack();
    eventually().until(() -> endpoint.status().counters().unsettled() == 1);
    broker.proxy().reset();

    awaitCount(subscriber, 4);
    assertThat(texts(subscriber).get(3)).isEqualTo("m2");
    subscriber.items().get(3).ack();
    join(endpoint.stop(Duration.ofSeconds(5)));
    assertThat(broker.peer().waiting(queue)).isZero();
  }

  @ParameterizedTest
  @EnumSource
  void afterABreakOnlyTheWindowComesAgain(BrokerKind kind) {
    use(kind, Map.of());
    send(2000);
    RabbitmqEndpoint endpoint =
        rabbitmq.started(with(reading(broker, queue), "consumer.maxUnsettled", WINDOW));
    RecordingSubscriber<Delivery> subscriber = acknowledging(endpoint);
    awaitCount(subscriber, 500);

    broker.proxy().reset();

    eventually().until(() -> texts(subscriber).stream().distinct().count() == 2000);
    assertThat(subscriber.count() - 2000).isLessThanOrEqualTo(WINDOW);
    assertThat(texts(subscriber).stream().distinct().toList()).isEqualTo(sent(2000));
  }

  @ParameterizedTest
  @EnumSource
  void whatWasAcknowledgedBeforeAHandOverDoesNotComeAgain(BrokerKind kind) {
    use(kind, Map.of());
    for (int i = 0; i < 10; i++) {
      send(6);
      RabbitmqEndpoint before = rabbitmq.started(reading(broker, queue));
      RecordingSubscriber<Delivery> first = new RecordingSubscriber<>();
      before.consume(ConsumeRequest.of(Qos.AT_LEAST_ONCE)).subscribe(first);
      first.request(3);
      awaitCount(first, 3);
      first.items().get(0).ack();
      first.items().get(1).ack();
      join(before.handOver(Duration.ZERO));

      assertThat(taken(queue, 4)).containsExactly("m2", "m3", "m4", "m5");
      assertThat(broker.peer().waiting(queue)).isZero();
    }
  }

  /** A quorum queue counts what comes back to it. */
  @Test
  void whatIsRequeuedComesFromTheWindowAndTheBrokerCountsNothing() {
    use(BrokerKind.RABBITMQ, Map.of("x-queue-type", "quorum"));
    RabbitmqEndpoint endpoint =
        rabbitmq.started(with(reading(broker, queue), "consumer.queue.type", "quorum"));
    RecordingSubscriber<Delivery> subscriber =
        subscribed(
            endpoint,
            ConsumeRequest.of(Qos.AT_LEAST_ONCE),
            new RecordingSubscriber<>(RabbitmqSettlementTest::requeueThrice));
    send(1);
    awaitCount(subscriber, 4);

    broker.proxy().reset();

    awaitCount(subscriber, 5);
    assertThat(subscriber.items().get(4).message().headers().text("x-delivery-count"))
        .as("the break alone")
        .contains("1");
  }

  private static void requeueThrice(Delivery delivery) {
    Object count = delivery.message().attributes().get(Delivery.COUNT_ATTRIBUTE);
    if (count == null || (Integer) count < 4) {
      delivery.nack(Nack.REQUEUE);
    }
  }

  @Test
  void whatIsDiscardedGoesToTheDeadLettersOfTheBroker() {
    broker = TestBroker.rabbit();
    String dead = broker.peer().newQueue("", "");
    use(
        BrokerKind.RABBITMQ,
        Map.of("x-dead-letter-exchange", "", "x-dead-letter-routing-key", dead));
    send(200);
    RabbitmqEndpoint endpoint = rabbitmq.started(with(reading(broker, queue), "declare", "none"));
    RecordingSubscriber<Delivery> subscriber = discardingEachThird(endpoint);
    awaitCount(subscriber, 200);

    List<String> refused = sent(200).stream().filter(text -> number(text) % 3 == 0).toList();
    assertThat(taken(dead, refused.size())).containsExactlyInAnyOrderElementsOf(refused);
    join(endpoint.stop(Duration.ofSeconds(5)));
    assertThat(broker.peer().waiting(queue)).isZero();
    assertThat(broker.peer().waiting(dead)).isZero();
  }

  @ParameterizedTest
  @EnumSource
  void whatIsDiscardedGoesToTheDeadLettersOfTheConfiguration(BrokerKind kind) {
    use(kind, Map.of());
    String dead = broker.peer().newQueue("", "");
    send(30);
    RabbitmqEndpoint endpoint =
        rabbitmq.started(
            with(
                reading(broker, queue),
                Map.of(
                    "consumer.failureStrategy", "dead-letter",
                    "consumer.deadLetter.exchange.name", "",
                    "consumer.deadLetter.routingKey", dead)));
    RecordingSubscriber<Delivery> subscriber = discardingEachThird(endpoint);
    awaitCount(subscriber, 30);

    List<GetResponse> letters = broker.peer().take(dead, 10, PATIENCE);

    assertThat(letters)
        .extracting(letter -> new String(letter.getBody(), StandardCharsets.UTF_8))
        .containsExactlyInAnyOrderElementsOf(
            sent(30).stream().filter(text -> number(text) % 3 == 0).toList());
    assertThat(letters.get(0).getProps().getHeaders().get("dead-letter-source")).hasToString(queue);
    join(endpoint.stop(Duration.ofSeconds(5)));
    assertThat(broker.peer().waiting(queue)).isZero();
  }

  @ParameterizedTest
  @EnumSource
  void whatIsDiscardedIsGone(BrokerKind kind) {
    use(kind, Map.of());
    send(30);
    RabbitmqEndpoint endpoint = rabbitmq.started(reading(broker, queue));
    RecordingSubscriber<Delivery> subscriber = discardingEachThird(endpoint);
    awaitCount(subscriber, 30);

    join(endpoint.stop(Duration.ofSeconds(5)));

    assertThat(broker.peer().waiting(queue)).isZero();
  }

  @ParameterizedTest
  @EnumSource
  void aDiscardedMessageMayEndTheSubscription(BrokerKind kind) {
    use(kind, Map.of());
    send(2);
    RabbitmqEndpoint endpoint =
        rabbitmq.started(with(reading(broker, queue), "consumer.failureStrategy", "fail"));
    RecordingSubscriber<Delivery> subscriber = new RecordingSubscriber<>(d -> d.nack(Nack.DISCARD));
    endpoint.consume(ConsumeRequest.of(Qos.AT_LEAST_ONCE)).subscribe(subscriber);
    subscriber.request(1);

    eventually().until(() -> subscriber.error().isPresent());
    assertThatFailure(subscriber.error().orElseThrow()).hasCode(ErrorCode.REJECTED);
    join(endpoint.stop(Duration.ofSeconds(5)));
    assertThat(taken(queue, 1)).containsExactly("m1");
    assertThat(broker.peer().waiting(queue)).isZero();
  }

  @ParameterizedTest
  @EnumSource
  void aCancelledSubscriptionGivesBackWhatWaits(BrokerKind kind) {
    use(kind, Map.of());
    send(100);
    RabbitmqEndpoint endpoint = rabbitmq.started(reading(broker, queue));
    RecordingSubscriber<Delivery> subscriber = new RecordingSubscriber<>();
    endpoint.consume(ConsumeRequest.of(Qos.AT_LEAST_ONCE)).subscribe(subscriber);
    subscriber.request(3);
    awaitCount(subscriber, 3);

    subscriber.cancel();

    assertThat(taken(queue, 97)).containsExactlyInAnyOrderElementsOf(sent(100).subList(3, 100));
    subscriber.items().forEach(Delivery::ack);
    join(endpoint.stop(Duration.ofSeconds(5)));
    assertThat(broker.peer().waiting(queue)).isZero();
  }

  private static RecordingSubscriber<Delivery> discardingEachThird(RabbitmqEndpoint endpoint) {
    return subscribed(
        endpoint,
        ConsumeRequest.of(Qos.AT_LEAST_ONCE),
        new RecordingSubscriber<>(
            delivery -> {
              if (number(delivery.message().text()) % 3 == 0) {
                delivery.nack(Nack.DISCARD);
              } else {
                delivery.ack();
              }
            }));
  }

  private static int number(String text) {
    return Integer.parseInt(text.substring(1));
  }

  private void send(int count) {
    broker.peer().send(exchange, KEY, count, i -> "m" + i);
  }

  private static List<String> sent(int count) {
    return IntStream.range(0, count).mapToObj(i -> "m" + i).toList();
  }

  private List<String> taken(String from, int count) {
    return broker.peer().take(from, count, PATIENCE).stream()
        .map(got -> new String(got.getBody(), StandardCharsets.UTF_8))
        .toList();
  }
}
