/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.mock.internal;

import static io.sluice.endpoint.mock.internal.MockFixture.FAST;
import static io.sluice.endpoint.mock.internal.MockFixture.counters;
import static io.sluice.endpoint.mock.internal.MockFixture.eventually;
import static io.sluice.endpoint.mock.internal.MockFixture.id;
import static io.sluice.endpoint.mock.internal.MockFixture.request;
import static io.sluice.endpoint.mock.internal.MockFixture.state;
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
import io.sluice.endpoint.Qos;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class MockConsumeTest {

  @RegisterExtension private final MockFixture mock = new MockFixture();

  @ParameterizedTest
  @EnumSource(Qos.class)
  void messagesComeInOrderAsTheyAreAskedFor(Qos qos) {
    MockEndpoint endpoint = mock.started(FAST);
    TestSubscriber<Delivery> subscriber = subscribe(endpoint, qos);

    subscriber.request(3).await(3);
    stays().until(() -> subscriber.items().size() == 3);
    subscriber.request(2).await(5);

    assertThat(ids(subscriber.items())).isEqualTo(numbers(0, 5));
    assertThat(subscriber.item(0).message().text()).isEqualTo("mock message");
    assertThat(counters(endpoint).in()).isEqualTo(5);
    assertThat(counters(endpoint).bytesIn()).isEqualTo(5L * "mock message".length());
  }

  @Test
  void headersAndMetadataAreOnEveryMessage() {
    MockEndpoint endpoint =
        mock.started(
            Map.of(
                "messageInterval", 0,
                "headers", "[{\"name\":\"h\",\"value\":\"1\"},{\"name\":\"h\",\"value\":\"2\"}]",
                "metadata.0.name", "site",
                "metadata.0.value", "north"));

    Message message = subscribe(endpoint, Qos.AUTO).request(1).await(1).get(0).message();

    assertThat(message.headers().all("h")).containsExactly("1", "2");
    assertThat(message.attributes().get("site")).isEqualTo("north");
    assertThat(message.timestamp()).isPresent();
  }

  @Test
  void messagesComeAtTheInterval() {
    MockEndpoint endpoint = mock.started(Map.of("messageInterval", 20));
    TestSubscriber<Delivery> subscriber = subscribe(endpoint, Qos.AUTO);
    long begin = System.nanoTime();

    subscriber.request(100).await(10);

    // Not earlier; later is the machine's business.
    assertThat(System.nanoTime() - begin).isGreaterThan(9 * 20_000_000L);
    assertThat(ids(subscriber.items().subList(0, 10))).isEqualTo(numbers(0, 10));
  }

  @Test
  void whoDoesNotAskGetsABoundedBacklog() {
    MockEndpoint endpoint = mock.started(Map.of("messageInterval", 1, "consumer.maxUnsettled", 5));
    TestSubscriber<Delivery> subscriber = subscribe(endpoint, Qos.AUTO);

    eventually().until(() -> counters(endpoint).lag() == 5);
    stays().until(() -> counters(endpoint).lag() == 5);
    assertThat(subscriber.items()).isEmpty();
  }

  @Test
  void theStreamCompletesAfterTheCount() {
    MockEndpoint endpoint = mock.started(Map.of("messageInterval", 0, "messageCount", 3));
    TestSubscriber<Delivery> subscriber = subscribe(endpoint, Qos.AUTO).request(3);

    subscriber.awaitCompletion();

    assertThat(ids(subscriber.items())).isEqualTo(numbers(0, 3));
  }

  @Test
  void aCountOfZeroCompletesWithoutDemand() {
    TestSubscriber<Delivery> subscriber =
        subscribe(mock.started(Map.of("messageCount", 0)), Qos.AUTO);

    subscriber.awaitCompletion();

    assertThat(subscriber.items()).isEmpty();
  }

  @Test
  void atLeastOnceCompletesWhenAllIsSettled() {
    MockEndpoint endpoint = mock.started(Map.of("messageInterval", 0, "messageCount", 2));
    TestSubscriber<Delivery> subscriber = subscribe(endpoint, Qos.AT_LEAST_ONCE).request(9);
    subscriber.await(2);
    subscriber.item(1).ack();
    stays().until(() -> !subscriber.isCompleted());

    subscriber.item(0).nack(Nack.REQUEUE);
    subscriber.await(3);
    assertThat(id(subscriber.item(2))).isEqualTo("0");
    assertThat(subscriber.isCompleted()).isFalse();
    subscriber.item(2).ack();

    subscriber.awaitCompletion();
  }

  @Test
  void consumersOfAClientIdCompete() {
    int count = 5000;
    MockEndpoint endpoint = mock.started(Map.of("messageInterval", 0, "messageCount", count));
    TestSubscriber<Delivery> one = subscribe(endpoint, request(Qos.AUTO, "a"));
    TestSubscriber<Delivery> two = subscribe(endpoint, request(Qos.AUTO, "a"));

    one.request(count);
    two.request(count);
    one.awaitCompletion();
    two.awaitCompletion();

    List<String> all = new ArrayList<>(ids(one.items()));
    all.addAll(ids(two.items()));
    assertThat(all).hasSize(count);
    assertThat(new HashSet<>(all)).isEqualTo(new HashSet<>(numbers(0, count)));
  }

  /**
   * At the end of the messages one consumer takes the last while the other looks whether it may
   * complete.
   */
  @Test
  void competitorsDoNotCompleteBeforeTheLastMessageIsDelivered() {
    int count = 3;
    MockEndpoint endpoint = mock.started(Map.of("messageInterval", 0, "messageCount", count));
    for (int round = 0; round < 500; round++) {
      String clientId = "round-" + round;
      TestSubscriber<Delivery> one = subscribe(endpoint, request(Qos.AUTO, clientId));
      TestSubscriber<Delivery> two = subscribe(endpoint, request(Qos.AUTO, clientId));

      one.request(count);
      two.request(count);
      one.awaitCompletion();
      two.awaitCompletion();

      List<String> all = new ArrayList<>(ids(one.items()));
      all.addAll(ids(two.items()));
      assertThat(all).as("round %d", round).containsExactlyInAnyOrderElementsOf(numbers(0, count));
    }
  }

  @Test
  void differentClientIdsEachGetEverything() {
    MockEndpoint endpoint = mock.started(Map.of("messageInterval", 0, "messageCount", 50));
    TestSubscriber<Delivery> a = subscribe(endpoint, request(Qos.AUTO, "a")).request(50);
    TestSubscriber<Delivery> b = subscribe(endpoint, request(Qos.AUTO, "b")).request(50);

    a.awaitCompletion();
    b.awaitCompletion();

    assertThat(ids(a.items())).isEqualTo(numbers(0, 50));
    assertThat(ids(b.items())).isEqualTo(numbers(0, 50));
  }

  @Test
  void noClientIdMeansTheEndpointsName() {
    MockEndpoint endpoint = mock.started(FAST);
    subscribe(endpoint, Qos.AUTO).request(1).await(1);

    Delivery next = subscribe(endpoint, request(Qos.AUTO, "orders")).request(1).await(1).get(0);

    assertThat(id(next)).isEqualTo("1");
  }

  @Test
  void resumesAfterAnId() {
    MockEndpoint endpoint = mock.started(FAST);

    assertThat(ids(resumed(endpoint, "41").request(2).await(2))).isEqualTo(numbers(42, 44));
    assertThat(ids(resumed(endpoint, "7").request(1).await(1))).isEqualTo(numbers(8, 9));
  }

  @Test
  void ofTwoPositionsTheLowerWinsWhileOthersConsume() {
    MockEndpoint endpoint = mock.started(FAST);
    resumed(endpoint, "99").request(1).await(1);

    TestSubscriber<Delivery> lower = resumed(endpoint, "9").request(1);
    TestSubscriber<Delivery> higher = resumed(endpoint, "500");

    assertThat(id(lower.await(1).get(0))).isEqualTo("10");
    assertThat(id(higher.request(1).await(1).get(0))).isEqualTo("11");
  }

  @Test
  void anUnknownIdIsAnError() {
    TestSubscriber<Delivery> subscriber = resumed(mock.started(FAST), "never");

    assertThat(code(subscriber.awaitError())).isEqualTo(ErrorCode.RESUME_POSITION_UNKNOWN);
  }

  @Test
  void anOverrideIsRefusedByName() {
    TestSubscriber<Delivery> subscriber =
        subscribe(mock.started(FAST), ConsumeRequest.builder().override("topics", "a").build());

    assertThat(code(subscriber.awaitError())).isEqualTo(ErrorCode.REQUEST_INVALID);
    assertThat(subscriber.error()).hasMessageContaining("consumer.topics");
  }

  @Test
  void theWindowBoundsWhatIsUnsettled() {
    MockEndpoint endpoint = mock.started(Map.of("messageInterval", 0, "consumer.maxUnsettled", 4));
    TestSubscriber<Delivery> subscriber =
        subscribe(endpoint, Qos.AT_LEAST_ONCE).request(Long.MAX_VALUE);

    subscriber.await(4);
    stays().until(() -> subscriber.items().size() == 4);
    assertThat(counters(endpoint).unsettled()).isEqualTo(4);
    subscriber.item(0).ack();

    subscriber.await(5);
  }

  @Test
  void theWindowBoundsBytes() {
    MockEndpoint endpoint =
        mock.started(
            Map.of(
                "messageInterval", 0,
                "messageContent", "x".repeat(100),
                "consumer.maxUnsettledBytes", 250));
    TestSubscriber<Delivery> subscriber =
        subscribe(endpoint, Qos.AT_LEAST_ONCE).request(Long.MAX_VALUE);

    subscriber.await(2);
    stays().until(() -> subscriber.items().size() == 2);
  }

  @Test
  void headersCountInTheWindowsBytes() {
    MockEndpoint endpoint =
        mock.started(
            Map.of(
                "messageInterval",
                0,
                "messageContent",
                "x",
                "headers",
                "[{\"name\":\"h\",\"value\":\"%s\"}]".formatted("v".repeat(98)),
                "consumer.maxUnsettledBytes",
                250));
    TestSubscriber<Delivery> subscriber =
        subscribe(endpoint, Qos.AT_LEAST_ONCE).request(Long.MAX_VALUE);

    subscriber.await(2);
    stays().until(() -> subscriber.items().size() == 2);
    subscriber.item(0).ack();

    subscriber.await(3);
    stays().until(() -> subscriber.items().size() == 3);
    assertThat(counters(endpoint).bytesIn()).as("payload alone").isEqualTo(3);
  }

  @Test
  void echoedHeadersAndKeysCountInTheWindowsBytes() {
    MockEndpoint endpoint =
        mock.started(Map.of("echo", true, "messageCount", 0, "consumer.maxUnsettledBytes", 250));
    TestSubscriber<Delivery> subscriber =
        subscribe(endpoint, Qos.AT_LEAST_ONCE).request(Long.MAX_VALUE);
    for (int i = 0; i < 3; i++) {
      endpoint.publish(
          Message.builder()
              .text("x")
              .header("h", new byte[50])
              .attribute("test.key", "k".repeat(40))
              .build());
    }

    subscriber.await(2);
    stays().until(() -> subscriber.items().size() == 2);
    subscriber.item(0).ack();

    subscriber.await(3);
  }

  @Test
  void requeuedMessagesComeAgainAndAreCounted() {
    MockEndpoint endpoint = mock.started(FAST);
    TestSubscriber<Delivery> subscriber = subscribe(endpoint, Qos.AT_LEAST_ONCE).request(1);

    subscriber.await(1).get(0).nack(Nack.REQUEUE);
    subscriber.request(1).await(2).get(1).nack(Nack.REQUEUE);
    subscriber.request(2).await(4);

    assertThat(ids(subscriber.items())).containsExactly("0", "0", "0", "1");
    assertThat(subscriber.items())
        .extracting(delivery -> delivery.message().attributes().get(Delivery.COUNT_ATTRIBUTE))
        .containsExactly(null, 2, 3, null);
    assertThat(counters(endpoint).redelivered()).isEqualTo(2);
  }

  @Test
  void discardedMessagesAreCountedAsFailed() {
    MockEndpoint endpoint = mock.started(FAST);
    TestSubscriber<Delivery> subscriber = subscribe(endpoint, Qos.AT_LEAST_ONCE).request(2);

    subscriber.await(2).get(0).nack(Nack.DISCARD);

    assertThat(counters(endpoint).failed()).isEqualTo(1);
    assertThat(counters(endpoint).unsettled()).isEqualTo(1);
    assertThat(id(subscriber.request(1).await(3).get(2))).isEqualTo("2");
  }

  @Test
  void aDiscardedMessageCanBecomeADeadLetterThatIsCounted() {
    MockEndpoint endpoint =
        mock.started(Map.of("messageInterval", 0, "consumer.failureStrategy", "dead-letter"));
    TestSubscriber<Delivery> subscriber = subscribe(endpoint, Qos.AT_LEAST_ONCE).request(1);

    subscriber.await(1).get(0).nack(Nack.DISCARD);

    eventually().until(() -> endpoint.status().details().equals(Map.of("deadLetters", 1L)));
    assertThat(endpoint.status().counters().unsettled()).isZero();
  }

  @Test
  void discardingCanFailTheSubscription() {
    MockEndpoint endpoint =
        mock.started(Map.of("messageInterval", 0, "consumer.failureStrategy", "fail"));
    TestSubscriber<Delivery> subscriber = subscribe(endpoint, Qos.AT_LEAST_ONCE).request(1);

    subscriber.await(1).get(0).nack(Nack.DISCARD);

    assertThat(code(subscriber.awaitError())).isEqualTo(ErrorCode.REJECTED);
  }

  @Test
  void whatACancelledConsumerHasNotSettledGoesToTheNextOfItsClientId() {
    MockEndpoint endpoint = mock.started(FAST);
    TestSubscriber<Delivery> first =
        subscribe(endpoint, request(Qos.AT_LEAST_ONCE, "a")).request(4);
    first.await(4);
    first.cancel();
    first.item(1).ack();

    TestSubscriber<Delivery> next = subscribe(endpoint, request(Qos.AT_LEAST_ONCE, "a")).request(5);

    assertThat(ids(next.await(5))).containsExactly("0", "2", "3", "4", "5");
    assertThat(next.item(0).message().attributes().get(Delivery.COUNT_ATTRIBUTE)).isEqualTo(2);
    first.item(0).ack();
    assertThat(counters(endpoint).ignoredSettlements()).isEqualTo(1);
    assertThat(counters(endpoint).unsettled()).isEqualTo(5);
  }

  @Test
  void whatACancelledConsumerRequeuesGoesToItsCompetitorAtOnce() {
    MockEndpoint endpoint = mock.started(Map.of("messageInterval", 0, "messageCount", 2));
    TestSubscriber<Delivery> first =
        subscribe(endpoint, request(Qos.AT_LEAST_ONCE, "a")).request(2);
    TestSubscriber<Delivery> other =
        subscribe(endpoint, request(Qos.AT_LEAST_ONCE, "a")).request(2);
    List<Delivery> all = new ArrayList<>();
    eventually()
        .until(
            () -> {
              all.clear();
              all.addAll(first.items());
              all.addAll(other.items());
              return all.size() == 2;
            });
    // Whoever got them: cancel it, and let the other one have them.
    TestSubscriber<Delivery> holder = first.items().isEmpty() ? other : first;
    TestSubscriber<Delivery> competitor = holder == first ? other : first;
    int had = competitor.items().size();

    holder.cancel();
    holder.items().forEach(delivery -> delivery.nack(Nack.REQUEUE));

    competitor.await(2);
    assertThat(competitor.items()).hasSize(had + holder.items().size());
  }

  @Test
  void whatASubscriberThrewAtComesAgain() {
    MockEndpoint endpoint = mock.started(FAST);
    TestSubscriber<Delivery> throwing =
        new TestSubscriber<>(
            delivery -> {
              throw new IllegalStateException("thrown on purpose");
            });
    endpoint.consume(request(Qos.AUTO, "a")).subscribe(throwing);
    throwing.request(1).await(1);

    TestSubscriber<Delivery> next = subscribe(endpoint, request(Qos.AUTO, "a"));

    // It may come before the other one has ended, and so get other messages first.
    eventually().until(() -> ids(next.request(1).items()).contains("0"));
    assertThat(counters(endpoint).redelivered()).isEqualTo(1);
  }

  @Test
  void anOldUnsettledMessageDegradesTheStatus() {
    MockEndpoint endpoint =
        mock.started(Map.of("messageInterval", 0, "consumer.maxUnsettledAge", 50));
    TestSubscriber<Delivery> subscriber =
        subscribe(endpoint, request(Qos.AT_LEAST_ONCE, "billing")).request(1);
    subscriber.await(1);

    eventually().until(() -> state(endpoint) == EndpointState.DEGRADED);
    assertThat(endpoint.status().reason()).contains("message 0").contains("billing");
    subscriber.item(0).ack();

    eventually().until(() -> state(endpoint) == EndpointState.UP);
  }

  @Test
  void anEndpointThatIsNotStartedRefuses() {
    TestSubscriber<Delivery> subscriber = subscribe(mock.create(FAST), Qos.AUTO);

    assertThat(code(subscriber.awaitError())).isEqualTo(ErrorCode.UNAVAILABLE);
  }

  @Test
  void forgottenClientIdsDoNotPileUp() {
    MockEndpoint endpoint = mock.started(FAST);
    for (int i = 0; i < ClientQueues.MAX_IDLE_QUEUES + 50; i++) {
      TestSubscriber<Delivery> subscriber =
          subscribe(endpoint, request(Qos.AUTO, "client " + i)).request(1);
      subscriber.await(1);
      subscriber.cancel();
    }
    eventually().until(() -> counters(endpoint).unsettled() == 0);

    // The oldest begins anew, a recent one goes on.
    assertThat(firstId(endpoint, "client " + (ClientQueues.MAX_IDLE_QUEUES + 40))).isEqualTo("1");
    assertThat(firstId(endpoint, "client 0")).isEqualTo("0");
  }

  private static String firstId(MockEndpoint endpoint, String clientId) {
    return id(subscribe(endpoint, request(Qos.AUTO, clientId)).request(1).await(1).get(0));
  }

  private static TestSubscriber<Delivery> resumed(MockEndpoint endpoint, String id) {
    return subscribe(endpoint, ConsumeRequest.builder().clientId("a").resumeAfter(id).build());
  }

  private static ErrorCode code(Throwable error) {
    return ((EndpointException) error).code();
  }

  private static List<String> ids(List<Delivery> deliveries) {
    return deliveries.stream().map(MockFixture::id).toList();
  }

  private static List<String> numbers(int from, int to) {
    return IntStream.range(from, to).mapToObj(Integer::toString).toList();
  }
}
