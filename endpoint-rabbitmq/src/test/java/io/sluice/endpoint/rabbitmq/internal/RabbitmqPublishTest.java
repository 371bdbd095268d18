/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.rabbitmq.internal;

import static io.sluice.endpoint.rabbitmq.internal.RabbitmqFixture.KEY;
import static io.sluice.endpoint.rabbitmq.internal.RabbitmqFixture.eventually;
import static io.sluice.endpoint.rabbitmq.internal.RabbitmqFixture.join;
import static io.sluice.endpoint.rabbitmq.internal.RabbitmqFixture.publishing;
import static io.sluice.endpoint.rabbitmq.internal.RabbitmqFixture.with;
import static io.sluice.endpoint.tck.EndpointAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.endpoint.ErrorCode;
import io.sluice.endpoint.Message;
import io.sluice.endpoint.Receipt;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is published arrives, and each message has the outcome that is its own. */
class RabbitmqPublishTest {

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  @RegisterExtension final RabbitmqFixture rabbitmq = new RabbitmqFixture();

  private TestBroker broker;
  private String exchange;
  private String queue;

  private void use(BrokerKind kind) {
    broker = kind.broker();
    exchange = broker.peer().newExchange("direct");
    queue = broker.peer().newQueue(exchange, KEY);
  }

  /** Bodies are equal in groups, so that only key, headers and order tell the messages apart. */
  @ParameterizedTest
  @EnumSource
  void eachReturnBelongsToItsOwnMessage(BrokerKind kind) {
    use(kind);
    RabbitmqEndpoint endpoint = rabbitmq.started(publishing(broker, exchange));
    List<Message> messages = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      messages.add(
          Message.builder()
              .text("same" + i % 3)
              .attribute("rabbitmq.routingKey", i % 2 == 0 ? KEY : "nowhere" + i % 5)
              .header("group", i % 4 == 1 ? "a" : "b")
              .header("number", i % 7)
              .build());
    }

    List<CompletionStage<Receipt>> receipts = messages.stream().map(endpoint::publish).toList();

    for (int i = 0; i < messages.size(); i++) {
      Receipt receipt = join(receipts.get(i));
      assertThat(receipt).isFor(messages.get(i));
      if (i % 2 == 0) {
        assertThat(receipt).isConfirmed();
      } else {
        assertThat(receipt)
            .isRejectedWith(ErrorCode.UNROUTABLE)
            .hasMessageContaining("nowhere" + i % 5);
      }
    }
    List<String> sent =
        IntStream.range(0, 1000).filter(i -> i % 2 == 0).mapToObj(i -> "same" + i % 3).toList();
    assertThat(taken(500)).isEqualTo(sent);
    assertThat(broker.peer().waiting(queue)).isZero();
  }

  @ParameterizedTest
  @EnumSource
  void headersThatFitNoFrameAreRefusedAlone(BrokerKind kind) {
    use(kind);
    RabbitmqEndpoint endpoint = rabbitmq.started(publishing(broker, exchange));
    Message large = Message.builder().text("large").header("h", "x".repeat(2 << 20)).build();

    CompletionStage<Receipt> before = endpoint.publish(Message.of("before"));
    CompletionStage<Receipt> refused = endpoint.publish(large);
    CompletionStage<Receipt> after = endpoint.publish(Message.of("after"));

    assertThat(join(before)).isConfirmed();
    assertThat(join(refused)).isRejectedWith(ErrorCode.MESSAGE_TOO_LARGE).concernsMessage();
    assertThat(join(after)).isConfirmed();
    assertThat(taken(2)).containsExactly("before", "after");
    assertThat(endpoint.status().counters().reconnects()).isZero();
  }

  @ParameterizedTest
  @EnumSource
  void withoutConfirmsWhatIsWrittenCounts(BrokerKind kind) {
    use(kind);
    RabbitmqEndpoint endpoint =
        rabbitmq.started(with(publishing(broker, exchange), "producer.confirms", false));

    List<CompletionStage<Receipt>> receipts =
        IntStream.range(0, 500).mapToObj(i -> endpoint.publish(Message.of("m" + i))).toList();

    receipts.forEach(receipt -> assertThat(join(receipt)).isConfirmed());
    assertThat(taken(500)).isEqualTo(IntStream.range(0, 500).mapToObj(i -> "m" + i).toList());
    Message lost = Message.builder().text("x").attribute("rabbitmq.routingKey", "nowhere").build();
    assertThat(join(endpoint.publish(lost))).isConfirmed();
  }

  @ParameterizedTest
  @EnumSource
  void whatMayGetLostIsConfirmedWithoutARoute(BrokerKind kind) {
    use(kind);
    RabbitmqEndpoint endpoint =
        rabbitmq.started(with(publishing(broker, exchange), "producer.mandatory", false));
    Message lost = Message.builder().text("x").attribute("rabbitmq.routingKey", "nowhere").build();

    assertThat(join(endpoint.publish(lost))).isConfirmed();
    assertThat(join(endpoint.publish(Message.of("y")))).isConfirmed();

    assertThat(taken(1)).containsExactly("y");
  }

  @Test
  void aFullQueueRefusesAndTheMessageIsNotToBlame() {
    broker = TestBroker.rabbit();
    exchange = broker.peer().newExchange("direct");
    queue =
        broker
            .peer()
            .newQueue(exchange, KEY, Map.of("x-max-length", 3, "x-overflow", "reject-publish"));
    RabbitmqEndpoint endpoint = rabbitmq.started(publishing(broker, exchange));
    for (int i = 0; i < 3; i++) {
      assertThat(join(endpoint.publish(Message.of("m" + i)))).isConfirmed();
    }

    assertThat(join(endpoint.publish(Message.of("full"))))
        .isRejectedWith(ErrorCode.REJECTED)
        .isRetryable()
        .concernsNoMessage();
    taken(3);

    eventually().until(() -> join(endpoint.publish(Message.of("room"))).isConfirmed());
  }

  private List<String> taken(int count) {
    return broker.peer().take(queue, count, PATIENCE).stream()
        .map(got -> new String(got.getBody(), StandardCharsets.UTF_8))
        .toList();
  }
}
