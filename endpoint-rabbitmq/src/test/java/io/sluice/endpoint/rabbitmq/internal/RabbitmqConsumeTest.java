/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.rabbitmq.internal;

import static io.sluice.endpoint.rabbitmq.internal.RabbitmqFixture.KEY;
import static io.sluice.endpoint.rabbitmq.internal.RabbitmqFixture.acknowledging;
import static io.sluice.endpoint.rabbitmq.internal.RabbitmqFixture.awaitCount;
import static io.sluice.endpoint.rabbitmq.internal.RabbitmqFixture.awaitState;
import static io.sluice.endpoint.rabbitmq.internal.RabbitmqFixture.consuming;
import static io.sluice.endpoint.rabbitmq.internal.RabbitmqFixture.eventually;
import static io.sluice.endpoint.rabbitmq.internal.RabbitmqFixture.holding;
import static io.sluice.endpoint.rabbitmq.internal.RabbitmqFixture.join;
import static io.sluice.endpoint.rabbitmq.internal.RabbitmqFixture.reading;
import static io.sluice.endpoint.rabbitmq.internal.RabbitmqFixture.state;
import static io.sluice.endpoint.rabbitmq.internal.RabbitmqFixture.stays;
import static io.sluice.endpoint.rabbitmq.internal.RabbitmqFixture.staysFor;
import static io.sluice.endpoint.rabbitmq.internal.RabbitmqFixture.texts;
import static io.sluice.endpoint.rabbitmq.internal.RabbitmqFixture.with;
import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.AMQP;
import io.sluice.endpoint.ConsumeRequest;
import io.sluice.endpoint.Delivery;
import io.sluice.endpoint.EndpointState;
import io.sluice.endpoint.Qos;
import io.sluice.endpoint.tck.RecordingSubscriber;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Who gets what, of each kind of queue, and how much at a time. */
class RabbitmqConsumeTest {

  @RegisterExtension final RabbitmqFixture rabbitmq = new RabbitmqFixture();

  private TestBroker broker;
  private String exchange;

  private void use(BrokerKind kind) {
    broker = kind.broker();
    exchange = broker.peer().newExchange("direct");
  }

  @AfterEach
  void repair() {
    if (broker != null) {
      broker.proxy().restore();
    }
  }

  @ParameterizedTest
  @EnumSource
  void eachClientIdGetsEverythingAndEachEndpointItsOwn(BrokerKind kind) {
    use(kind);
    List<RecordingSubscriber<Delivery>> subscribers =
        Stream.generate(() -> rabbitmq.started(consuming(broker, exchange)))
            .limit(2)
            .flatMap(
                endpoint ->
                    Stream.of("left", "right").map(id -> acknowledging(endpoint, client(id))))
            .toList();

    send(100);

    for (RecordingSubscriber<Delivery> each : subscribers) {
      awaitCount(each, 100);
      assertThat(texts(each)).isEqualTo(sent(100));
    }
  }

  @ParameterizedTest
  @EnumSource
  void theSameClientIdCompetes(BrokerKind kind) {
    use(kind);
    RabbitmqEndpoint endpoint =
        rabbitmq.started(with(consuming(broker, exchange), "consumer.prefetch", 1));
    RecordingSubscriber<Delivery> first = acknowledging(endpoint, client("same"));
    RecordingSubscriber<Delivery> second = acknowledging(endpoint, client("same"));

    send(200);

    eventually().until(() -> first.count() + second.count() == 200);
    assertThat(Stream.concat(texts(first).stream(), texts(second).stream()))
        .containsExactlyInAnyOrderElementsOf(sent(200));
    assertThat(first.count()).isBetween(1, 199);
  }

  @ParameterizedTest
  @EnumSource
  void withoutAcknowledgementsTheBrokerNamesTheQueueAndDeletesIt(BrokerKind kind) {
    use(kind);
    RabbitmqEndpoint endpoint = rabbitmq.started(consuming(broker, exchange));
    RecordingSubscriber<Delivery> subscriber = holding(endpoint, Qos.NONE);
    send(100);
    awaitCount(subscriber, 100);
    String queue = queueOf(endpoint);
    assertThat(queue).isNotEmpty().isNotEqualTo(endpoint.name());

    join(endpoint.stop(Duration.ZERO));

    eventually().until(() -> !exists(queue));
  }

  @ParameterizedTest
  @EnumSource
  void aServerNamedQueueIsReplacedWhenTheConnectionBreaks(BrokerKind kind) {
    use(kind);
    RabbitmqEndpoint endpoint = rabbitmq.started(consuming(broker, exchange));
    RecordingSubscriber<Delivery> subscriber = holding(endpoint, Qos.NONE);
    String before = queueOf(endpoint);

    broker.proxy().reset();
    eventually().until(() -> !queueOf(endpoint).equals(before));
    eventually().until(() -> RabbitmqFixture.isConsuming(endpoint));
    send(1);

    awaitCount(subscriber, 1);
  }

  @ParameterizedTest
  @EnumSource
  void anExclusiveQueueIsMadeAgainWhenTheConnectionBreaks(BrokerKind kind) {
    use(kind);
    RabbitmqEndpoint endpoint =
        rabbitmq.started(
            with(
                consuming(broker, exchange),
                Map.of("consumer.queue.exclusive", true, "consumer.queue.durable", false)));
    RecordingSubscriber<Delivery> subscriber = acknowledging(endpoint);
    send(1);
    awaitCount(subscriber, 1);

    breakConnection(endpoint);
    send(1);

    awaitCount(subscriber, 2);
  }

  /** Qpid ends the connection and not the channel. */
  @Test
  void aConsumerThatEndsItsConnectionIsNotTriedInATightLoop() {
    use(BrokerKind.QPID);
    String queue = AmqpPeer.newName("taken");
    Map<String, Object> properties =
        with(
            reading(broker, queue),
            Map.of("consumer.queue.exclusive", true, "consumer.queue.durable", false));
    properties.putAll(Map.of("reconnect.initialDelay", 100, "reconnect.maxDelay", 1000));
    RabbitmqEndpoint owner = rabbitmq.started(properties);
    acknowledging(owner);
    RabbitmqEndpoint other = rabbitmq.started(properties);
    RecordingSubscriber<Delivery> subscriber = new RecordingSubscriber<>(Delivery::ack);
    other.consume(ConsumeRequest.of(Qos.AT_LEAST_ONCE)).subscribe(subscriber);
    subscriber.request(1);

    eventually().until(() -> other.status().counters().reconnects() > 2);
    long before = other.status().counters().reconnects();
    staysFor(Duration.ofSeconds(4), () -> other.status().counters().reconnects() < before + 8);

    join(owner.stop(Duration.ZERO));
    eventually().until(() -> RabbitmqFixture.isConsuming(other));
    broker.peer().send("", queue, 1, i -> "x");
    awaitCount(subscriber, 1);
  }

  @Test
  void aQuorumQueueIsConsumed() {
    use(BrokerKind.RABBITMQ);
    RabbitmqEndpoint endpoint =
        rabbitmq.started(with(consuming(broker, exchange), "consumer.queue.type", "quorum"));
    RecordingSubscriber<Delivery> subscriber = acknowledging(endpoint);

    send(200);
    awaitCount(subscriber, 200);

    assertThat(texts(subscriber)).isEqualTo(sent(200));
    join(endpoint.stop(Duration.ofSeconds(5)));
    eventually().until(() -> broker.peer().waiting(endpoint.name()) == 0);
  }

  @Test
  void aStreamIsReadFromWhereItIsAskedFor() {
    use(BrokerKind.RABBITMQ);
    String stream = broker.peer().newQueue("", "", Map.of("x-queue-type", "stream"));
    broker.peer().send("", stream, 100, i -> "m" + i);
    Map<String, String> firsts =
        Map.of(
            "first",
            "m0",
            "40",
            "m40",
            Instant.now().minusSeconds(3600).toString(),
            "m0",
            "1h",
            "m0");

    firsts.forEach(
        (offset, first) -> {
          RabbitmqEndpoint endpoint = rabbitmq.started(streaming(stream, offset));
          RecordingSubscriber<Delivery> subscriber = acknowledging(endpoint);
          int rest = 100 - Integer.parseInt(first.substring(1));
          awaitCount(subscriber, rest);
          assertThat(texts(subscriber)).as(offset).isEqualTo(sent(100).subList(100 - rest, 100));
          assertThat(subscriber.items().get(0).message().id())
              .contains(stream + "#" + (100 - rest));
        });
  }

  @Test
  void aStreamIsReadFromItsEnd() {
    use(BrokerKind.RABBITMQ);
    String stream = broker.peer().newQueue("", "", Map.of("x-queue-type", "stream"));
    broker.peer().send("", stream, 100, i -> "old" + i);
    RecordingSubscriber<Delivery> next = acknowledging(rabbitmq.started(streaming(stream, "next")));
    RecordingSubscriber<Delivery> last = acknowledging(rabbitmq.started(streaming(stream, "last")));

    broker.peer().send("", stream, 3, i -> "new" + i);

    awaitCount(next, 3);
    assertThat(texts(next)).containsExactly("new0", "new1", "new2");
    eventually().until(() -> texts(last).contains("new2"));
    assertThat(texts(last)).as("the last chunk").contains("old99");
  }

  @Test
  void aStreamGoesOnAfterTheMessageThatIsNamed() {
    use(BrokerKind.RABBITMQ);
    String stream = broker.peer().newQueue("", "", Map.of("x-queue-type", "stream"));
    broker.peer().send("", stream, 100, i -> "m" + i);
    RabbitmqEndpoint endpoint = rabbitmq.started(streaming(stream, "first"));

    RecordingSubscriber<Delivery> subscriber =
        acknowledging(
            endpoint,
            ConsumeRequest.builder()
                .qos(Qos.AT_LEAST_ONCE)
                .clientId("resumed")
                .resumeAfter(stream + "#41")
                .build());

    awaitCount(subscriber, 58);
    assertThat(texts(subscriber)).isEqualTo(sent(100).subList(42, 100));
  }

  @Test
  void aStreamGoesOnWithoutAGapWhenTheConnectionBreaks() {
    use(BrokerKind.RABBITMQ);
    String stream = broker.peer().newQueue("", "", Map.of("x-queue-type", "stream"));
    for (String offset : List.of("first", "next")) {
      RabbitmqEndpoint endpoint =
          rabbitmq.started(with(streaming(stream, offset), "consumer.maxUnsettled", 50));
      RecordingSubscriber<Delivery> subscriber = acknowledging(endpoint);
      List<String> expected = IntStream.range(0, 600).mapToObj(i -> offset + i).toList();
      for (int sent = 0; sent < 600; sent += 200) {
        int from = sent;
        broker.peer().send("", stream, 200, i -> offset + (from + i));
        breakConnection(endpoint);
      }

      eventually().until(() -> texts(subscriber).contains(offset + 599));
      assertThat(texts(subscriber).stream().distinct().filter(text -> text.startsWith(offset)))
          .containsExactlyElementsOf(expected);
      assertThat(subscriber.count() - texts(subscriber).stream().distinct().count())
          .isLessThanOrEqualTo(3 * 50);
      join(endpoint.stop(Duration.ZERO));
    }
  }

  @ParameterizedTest
  @EnumSource
  void theBrokerSendsNoMoreThanThePrefetch(BrokerKind kind) {
    use(kind);
    String queue = broker.peer().newQueue(exchange, KEY);
    send(100);
    RabbitmqEndpoint endpoint =
        rabbitmq.started(with(reading(broker, queue), "consumer.prefetch", 10));
    RecordingSubscriber<Delivery> subscriber = holding(endpoint, Qos.AT_LEAST_ONCE);
    awaitCount(subscriber, 10);

    stays().until(() -> subscriber.count() == 10);
    if (broker.isRabbit()) { // others count what is unsettled, too
      assertThat(broker.peer().waiting(queue)).isEqualTo(90);
    }
    subscriber.items().forEach(Delivery::ack);

    awaitCount(subscriber, 20);
  }

  /** A megabyte may wait, and there are fifteen. Qpid reads nothing while it cannot write. */
  @Test
  void aSlowSubscriberOfLargeMessagesKeepsItsConnection() {
    use(BrokerKind.RABBITMQ);
    String queue = broker.peer().newQueue(exchange, KEY);
    broker.peer().send(exchange, KEY, 100, i -> "x".repeat(150_000) + i);
    RabbitmqEndpoint endpoint =
        rabbitmq.started(with(reading(broker, queue), "consumer.maxUnsettledBytes", 1 << 20));
    RecordingSubscriber<Delivery> subscriber = new RecordingSubscriber<>(Delivery::ack);
    endpoint.consume(ConsumeRequest.of(Qos.AT_LEAST_ONCE)).subscribe(subscriber);
    subscriber.request(1);
    awaitCount(subscriber, 1);

    staysFor(Duration.ofSeconds(4), () -> state(endpoint) == EndpointState.UP); // heartbeat 1 s
    subscriber.request(99);

    awaitCount(subscriber, 100);
    assertThat(endpoint.status().counters().reconnects()).isZero();
    assertThat(texts(subscriber).get(99)).endsWith("x99");
  }

  /** More than 32 levels are more than the client reads. */
  @ParameterizedTest
  @EnumSource
  void aMessageThatTheClientCannotReadDoesNotHoldUpTheOthers(BrokerKind kind) {
    use(kind);
    String queue = broker.peer().newQueue(exchange, KEY);
    Map<String, Object> headers = new HashMap<>();
    for (int i = 0; i < 40; i++) {
      headers = new HashMap<>(Map.of("nested", headers));
    }
    AMQP.BasicProperties poison = new AMQP.BasicProperties.Builder().headers(headers).build();
    send(10);
    broker.peer().send(exchange, KEY, poison, new byte[] {1});
    broker.peer().send(exchange, KEY, 10, i -> "n" + i);
    RabbitmqEndpoint endpoint = rabbitmq.started(reading(broker, queue));
    RecordingSubscriber<Delivery> subscriber = acknowledging(endpoint);

    awaitCount(subscriber, 20);

    assertThat(texts(subscriber).subList(0, 10)).isEqualTo(sent(10));
    assertThat(texts(subscriber).subList(10, 20)).allMatch(text -> text.startsWith("n"));
    assertThat(endpoint.status().counters().reconnects()).isZero();
    assertThat(endpoint.status().counters().failed()).isEqualTo(1);
    join(endpoint.stop(Duration.ofSeconds(5)));
    assertThat(broker.peer().waiting(queue)).isZero();
  }

  private static ConsumeRequest client(String id) {
    return ConsumeRequest.builder().qos(Qos.AT_LEAST_ONCE).clientId(id).build();
  }

  private Map<String, Object> streaming(String stream, String offset) {
    return with(
        reading(broker, stream),
        Map.of("consumer.queue.type", "stream", "consumer.queue.offset", offset));
  }

  /** Returns when it is consuming again. */
  private void breakConnection(RabbitmqEndpoint endpoint) {
    long before = endpoint.status().counters().reconnects();
    broker.proxy().reset();
    eventually().until(() -> endpoint.status().counters().reconnects() > before);
    awaitState(endpoint, EndpointState.UP);
    eventually().until(() -> RabbitmqFixture.isConsuming(endpoint));
  }

  private static String queueOf(RabbitmqEndpoint endpoint) {
    List<?> consumers = (List<?>) endpoint.status().details().get("consumers");
    return (String) ((Map<?, ?>) consumers.get(0)).get("queue");
  }

  private boolean exists(String queue) {
    try {
      broker.peer().call(channel -> channel.queueDeclarePassive(queue));
      return true;
    } catch (AssertionError missing) {
      return false;
    }
  }

  private void send(int count) {
    broker.peer().send(exchange, KEY, count, i -> "m" + i);
  }

  private static List<String> sent(int count) {
    return IntStream.range(0, count).mapToObj(i -> "m" + i).toList();
  }
}
