/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.mock.internal;

import static io.sluice.endpoint.mock.internal.MockFixture.ECHO;
import static io.sluice.endpoint.mock.internal.MockFixture.counters;
import static io.sluice.endpoint.mock.internal.MockFixture.eventually;
import static io.sluice.endpoint.mock.internal.MockFixture.id;
import static io.sluice.endpoint.mock.internal.MockFixture.join;
import static io.sluice.endpoint.mock.internal.MockFixture.request;
import static io.sluice.endpoint.mock.internal.MockFixture.stays;
import static io.sluice.endpoint.mock.internal.MockFixture.subscribe;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.endpoint.ConsumeRequest;
import io.sluice.endpoint.Delivery;
import io.sluice.endpoint.EndpointException;
import io.sluice.endpoint.EndpointState;
import io.sluice.endpoint.ErrorCode;
import io.sluice.endpoint.Message;
import io.sluice.endpoint.Nack;
import io.sluice.endpoint.PublishRequest;
import io.sluice.endpoint.Qos;
import io.sluice.endpoint.Receipt;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Flow;
import java.util.concurrent.SubmissionPublisher;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class MockPublishTest {

  @RegisterExtension private final MockFixture mock = new MockFixture();

  @Test
  void publishesAreConfirmedNumberedAndCounted() {
    MockEndpoint endpoint = mock.started(Map.of());

    Receipt first = join(endpoint.publish(Message.of("one")));
    Receipt second = join(endpoint.publish(Message.of("three")));

    assertThat(first.isConfirmed()).isTrue();
    assertThat(first.message().text()).isEqualTo("one");
    assertThat(first.attributes().get("mock.index")).isEqualTo(0L);
    assertThat(second.attributes().get("mock.index")).isEqualTo(1L);
    assertThat(counters(endpoint).out()).isEqualTo(2);
    assertThat(counters(endpoint).bytesOut()).isEqualTo(8);
    assertThat(counters(endpoint).inFlight()).isZero();
  }

  @Test
  void whatTheSeedSaysIsRejected() {
    Map<String, Object> faults =
        Map.of("faults.publishErrorRate", 0.5, "faults.seed", 5, "messageCount", 0);

    assertThat(rejections(faults)).isEqualTo(rejections(faults)).contains(true).contains(false);
  }

  @Test
  void latencyKeepsPublishesInFlight() {
    MockEndpoint endpoint = mock.started(Map.of("faults.publishLatency", 100));

    long begin = System.nanoTime();
    CompletableFuture<Receipt> receipt = endpoint.publish(Message.of("slow")).toCompletableFuture();
    assertThat(counters(endpoint).inFlight()).isEqualTo(1);
    join(receipt);

    assertThat(System.nanoTime() - begin).isGreaterThanOrEqualTo(100_000_000L);
  }

  @Test
  void whatDoesNotFitIntoTheWindowIsOverload() {
    MockEndpoint endpoint =
        mock.started(Map.of("faults.publishLatency", 60_000, "producer.maxInFlight", 2));
    endpoint.publish(Message.of("1"));
    endpoint.publish(Message.of("2"));

    EndpointException error = error(join(endpoint.publish(Message.of("3"))));

    assertThat(error.code()).isEqualTo(ErrorCode.OVERLOADED);
    assertThat(error.isRetryable()).isTrue();
  }

  @Test
  void anUnconfirmedPublishTimesOut() {
    MockEndpoint endpoint =
        mock.started(Map.of("faults.publishLatency", 60_000, "producer.timeout", 50));

    assertThat(error(join(endpoint.publish(Message.of("1")))).code()).isEqualTo(ErrorCode.TIMEOUT);
    assertThat(error(join(endpoint.publish(Message.of("2")))).code()).isEqualTo(ErrorCode.TIMEOUT);
    assertThat(counters(endpoint).failed()).isEqualTo(2);
  }

  @Test
  void publishesWaitForTheConnectionInOrder() {
    MockEndpoint endpoint = mock.started(Map.of("faults.connectLatency", 150));

    List<CompletableFuture<Receipt>> receipts =
        IntStream.range(0, 20)
            .mapToObj(i -> endpoint.publish(Message.of("" + i)).toCompletableFuture())
            .toList();
    assertThat(receipts).noneMatch(CompletableFuture::isDone);

    for (int i = 0; i < 20; i++) {
      assertThat(join(receipts.get(i)).attributes().get("mock.index")).isEqualTo((long) i);
    }
  }

  @Test
  void anEchoReachesEveryClientIdUnchanged() {
    MockEndpoint endpoint = mock.started(ECHO);
    TestSubscriber<Delivery> a = subscribe(endpoint, request(Qos.AUTO, "a")).request(9);
    TestSubscriber<Delivery> b = subscribe(endpoint, request(Qos.AUTO, "b")).request(9);
    Message published =
        Message.builder()
            .payload(new byte[] {0, -1, 10, 13})
            .header("traceparent", "00-1-2-03")
            .attribute("k", "v")
            .correlationId("c")
            .build();

    join(endpoint.publish(published)).orThrow();

    for (TestSubscriber<Delivery> subscriber : List.of(a, b)) {
      Message echoed = subscriber.await(1).get(0).message();
      assertThat(echoed.payload()).isEqualTo(published.payload());
      assertThat(echoed.headers()).isEqualTo(published.headers());
      assertThat(echoed.attributes()).isEqualTo(published.attributes());
      assertThat(echoed.correlationId()).contains("c");
      assertThat(echoed.id()).contains("0+1");
    }
  }

  @Test
  void anEchoIsConfirmedWhenEveryClientIdHasSettledIt() {
    MockEndpoint endpoint = mock.started(ECHO);
    TestSubscriber<Delivery> a = subscribe(endpoint, request(Qos.AT_LEAST_ONCE, "a")).request(9);
    TestSubscriber<Delivery> b = subscribe(endpoint, request(Qos.AT_LEAST_ONCE, "b")).request(9);

    CompletableFuture<Receipt> receipt = endpoint.publish(Message.of("x")).toCompletableFuture();
    a.await(1).get(0).ack();
    b.await(1);
    stays().until(() -> !receipt.isDone());
    b.item(0).nack(Nack.REQUEUE);
    b.await(2);
    stays().until(() -> !receipt.isDone());
    b.item(1).ack();

    assertThat(join(receipt).isConfirmed()).isTrue();
    assertThat(id(b.item(1))).isEqualTo(id(b.item(0)));
  }

  @Test
  void withoutConsumersAnEchoIsKeptForTheFirst() {
    MockEndpoint endpoint = mock.started(with(ECHO, "producer.maxInFlight", 3));
    for (int i = 0; i < 3; i++) {
      join(endpoint.publish(Message.of("" + i))).orThrow();
    }
    CompletableFuture<Receipt> beyond = endpoint.publish(Message.of("3")).toCompletableFuture();
    stays().until(() -> !beyond.isDone());
    assertThat(counters(endpoint).lag()).isEqualTo(4);

    TestSubscriber<Delivery> first = subscribe(endpoint, Qos.AUTO).request(9);

    assertThat(first.await(4))
        .extracting(d -> d.message().text())
        .containsExactly("0", "1", "2", "3");
    assertThat(join(beyond).isConfirmed()).isTrue();
  }

  @Test
  void fireAndForgetIsConfirmedAtOnceAndDroppedWhenThereIsNoRoom() {
    MockEndpoint endpoint = mock.started(with(ECHO, "producer.maxInFlight", 2));
    subscribe(endpoint, request(Qos.NONE, "a"));
    Flow.Processor<Message, Receipt> processor =
        endpoint.publisher(PublishRequest.builder().qos(Qos.NONE).build());

    List<Receipt> receipts = publish(processor, 5);

    assertThat(receipts).hasSize(5).allMatch(Receipt::isConfirmed);
    assertThat(counters(endpoint).dropped()).isEqualTo(3);
  }

  @Test
  void idsOfEchoesGoOnAfterResuming() {
    MockEndpoint endpoint = mock.started(Map.of("messageInterval", 0, "echo", true));
    TestSubscriber<Delivery> subscriber =
        subscribe(endpoint, ConsumeRequest.builder().clientId("a").resumeAfter("42+7").build());
    CompletableFuture<Receipt> receipt = endpoint.publish(Message.of("x")).toCompletableFuture();
    eventually().until(() -> counters(endpoint).inFlight() == 1);

    // The echo goes before what is generated, once it has arrived.
    eventually()
        .until(
            () -> {
              subscriber.request(1);
              return receipt.isDone();
            });

    assertThat(subscriber.items())
        .extracting(MockFixture::id)
        .anyMatch(id -> id.matches("\\d+\\+8"));
  }

  @Test
  void anEchoThatTimedOutIsNotDelivered() {
    MockEndpoint endpoint = mock.started(with(ECHO, "producer.timeout", 50));
    TestSubscriber<Delivery> subscriber = subscribe(endpoint, Qos.AUTO);

    assertThat(error(join(endpoint.publish(Message.of("late")))).code())
        .isEqualTo(ErrorCode.TIMEOUT);
    subscriber.request(1);
    endpoint.publish(Message.of("next"));

    assertThat(subscriber.await(1).get(0).message().text()).isEqualTo("next");
  }

  @Test
  void anEchoGoesOnToOthersWhenItsConsumerHasGone() {
    MockEndpoint endpoint = mock.started(ECHO);
    TestSubscriber<Delivery> gone = subscribe(endpoint, request(Qos.AT_LEAST_ONCE, "a")).request(1);
    CompletableFuture<Receipt> receipt = endpoint.publish(Message.of("x")).toCompletableFuture();
    gone.await(1);
    gone.cancel();

    // Nobody is left for a while: then it is kept for the next, whoever that is.
    assertThat(join(receipt).isConfirmed()).isTrue();
    TestSubscriber<Delivery> other = subscribe(endpoint, request(Qos.AUTO, "b")).request(1);
    assertThat(other.await(1).get(0).message().text()).isEqualTo("x");
  }

  @Test
  void theProcessorGivesReceiptsInOrder() {
    MockEndpoint endpoint =
        mock.started(Map.of("faults.publishErrorRate", 0.3, "producer.maxInFlight", 16));

    List<Receipt> receipts = publish(endpoint.publisher(PublishRequest.defaults()), 500);

    assertThat(receipts)
        .extracting(receipt -> receipt.message().text())
        .isEqualTo(IntStream.range(0, 500).mapToObj(Integer::toString).toList());
    assertThat(receipts).anyMatch(Receipt::isConfirmed).anyMatch(r -> !r.isConfirmed());
  }

  @Test
  void anOverrideIsRefusedByName() {
    Flow.Processor<Message, Receipt> processor =
        mock.started(Map.of()).publisher(PublishRequest.builder().override("topics", "a").build());
    TestSubscriber<Receipt> receipts = new TestSubscriber<>();

    processor.subscribe(receipts);

    EndpointException error = (EndpointException) receipts.awaitError();
    assertThat(error.code()).isEqualTo(ErrorCode.REQUEST_INVALID);
    assertThat(error).hasMessageContaining("producer.topics");
  }

  @Test
  void stoppingRejectsWhatNobodyCanSettle() {
    MockEndpoint endpoint = mock.started(ECHO);
    subscribe(endpoint, Qos.AUTO);
    CompletableFuture<Receipt> receipt = endpoint.publish(Message.of("x")).toCompletableFuture();
    eventually().until(() -> counters(endpoint).lag() == 1);

    join(endpoint.stop(Duration.ofMinutes(1)));

    assertThat(error(join(receipt)).code()).isEqualTo(ErrorCode.ENDPOINT_STOPPED);
    assertThat(error(join(endpoint.publish(Message.of("y")))).code())
        .isEqualTo(ErrorCode.ENDPOINT_STOPPED);
  }

  @Test
  void whatIsConfirmedWhileItStopsHasAConsumer() {
    for (int round = 0; round < 100; round++) {
      MockEndpoint endpoint = mock.started(ECHO);
      Set<String> consumed = ConcurrentHashMap.newKeySet();
      TestSubscriber<Delivery> consumer =
          new TestSubscriber<>(
              delivery -> {
                consumed.add(delivery.message().text());
                delivery.ack();
              });
      endpoint.consume(ConsumeRequest.of(Qos.AT_LEAST_ONCE)).subscribe(consumer);
      consumer.request(Long.MAX_VALUE);
      CompletableFuture<List<Receipt>> published =
          CompletableFuture.supplyAsync(() -> publishUntilRefused(endpoint));
      eventually().until(() -> consumed.size() > 100);

      join(endpoint.stop(Duration.ofSeconds(5)));

      assertThat(join(published))
          .filteredOn(Receipt::isConfirmed)
          .allSatisfy(receipt -> assertThat(consumed).contains(receipt.message().text()));
    }
  }

  private static List<Receipt> publishUntilRefused(MockEndpoint endpoint) {
    List<CompletableFuture<Receipt>> receipts = new ArrayList<>();
    do {
      int next = receipts.size();
      receipts.add(endpoint.publish(Message.of("" + next)).toCompletableFuture());
      join(receipts.get(Math.max(0, next - 100))); // no faster than the consumer
    } while (endpoint.status().state() == EndpointState.UP);
    return receipts.stream().map(MockFixture::join).toList();
  }

  private List<Boolean> rejections(Map<String, Object> properties) {
    MockEndpoint endpoint = mock.started(properties);
    List<Boolean> rejections =
        IntStream.range(0, 100)
            .mapToObj(i -> !join(endpoint.publish(Message.of("" + i))).isConfirmed())
            .toList();
    endpoint.close();
    return rejections;
  }

  private static List<Receipt> publish(Flow.Processor<Message, Receipt> processor, int count) {
    TestSubscriber<Receipt> receipts = new TestSubscriber<>();
    processor.subscribe(receipts);
    try (SubmissionPublisher<Message> upstream = new SubmissionPublisher<>()) {
      upstream.subscribe(processor);
      receipts.request(count);
      for (int i = 0; i < count; i++) {
        upstream.submit(Message.of("" + i));
      }
    }
    receipts.awaitCompletion();
    return receipts.items();
  }

  private static EndpointException error(Receipt receipt) {
    return receipt.error().orElseThrow();
  }

  private static Map<String, Object> with(
      Map<String, Object> properties, String key, Object value) {
    Map<String, Object> more = new HashMap<>(properties);
    more.put(key, value);
    return more;
  }
}
