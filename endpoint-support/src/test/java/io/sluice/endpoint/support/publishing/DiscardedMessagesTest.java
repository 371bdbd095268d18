/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.publishing;

import static io.sluice.endpoint.support.testing.Eventually.eventually;
import static java.util.concurrent.CompletableFuture.completedStage;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.endpoint.Attributes;
import io.sluice.endpoint.Delivery;
import io.sluice.endpoint.EndpointException;
import io.sluice.endpoint.EndpointState;
import io.sluice.endpoint.ErrorCode;
import io.sluice.endpoint.Message;
import io.sluice.endpoint.Receipt;
import io.sluice.endpoint.support.concurrent.SharedWorkers;
import io.sluice.endpoint.support.lifecycle.EndpointLifecycle;
import io.sluice.endpoint.support.lifecycle.EndpointMeter;
import io.sluice.endpoint.support.lifecycle.Reconnect;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DiscardedMessagesTest {

  private static final Message MESSAGE =
      Message.builder()
          .id("orders@2#17")
          .text("hello")
          .header("trace", "t1")
          .correlationId("c1")
          .header("dead-letter-reason", "of an earlier life")
          .attribute("key", "k")
          .attribute("topic", "orders")
          .attribute(Delivery.COUNT_ATTRIBUTE, 3)
          .build();

  private final SharedWorkers workers = SharedWorkers.of("test", DiscardedMessagesTest.class);
  private final EndpointLifecycle life =
      new EndpointLifecycle("shop", workers, new EndpointMeter());
  private final List<Message> sent = new CopyOnWriteArrayList<>();
  private final Queue<EndpointException> errors = new ConcurrentLinkedQueue<>();
  private final AtomicInteger settled = new AtomicInteger();
  private final List<EndpointException> failures = new CopyOnWriteArrayList<>();

  @BeforeEach
  void start() {
    life.start(() -> completedStage(null));
    life.up();
  }

  @AfterEach
  void endWorkers() {
    workers.close();
  }

  @Test
  void aDiscardedMessageIsSettled() {
    discard(messages(FailureStrategy.DISCARD));

    assertThat(settled).hasValue(1);
    assertThat(failures).isEmpty();
    assertThat(sent).isEmpty();
  }

  @Test
  void aDiscardedMessageMayEndTheSubscription() {
    discard(messages(FailureStrategy.FAIL));

    assertThat(settled).hasValue(1);
    assertThat(failures)
        .singleElement()
        .satisfies(error -> assertThat(error).hasMessage("message orders@2#17 was discarded"));
  }

  @Test
  void aDeadLetterIsACopyThatTellsWhereItComesFrom() {
    DiscardedMessages messages = messages(FailureStrategy.DEAD_LETTER);

    discard(messages);

    Message copy = sent.get(0);
    assertThat(copy.text()).isEqualTo("hello");
    assertThat(copy.headers().text("trace")).contains("t1");
    assertThat(copy.correlationId()).contains("c1");
    assertThat(copy.headers().text("dead-letter-endpoint")).contains("shop");
    assertThat(copy.headers().text("dead-letter-source")).contains("orders");
    assertThat(copy.headers().text("dead-letter-position")).contains("orders@2#17");
    assertThat(copy.headers().all("dead-letter-reason"))
        .containsExactly("REJECTED: message orders@2#17 was discarded");
    assertThat(copy.headers().text("dead-letter-count")).contains("3");
    assertThat(copy.headers().text("dead-letter-time")).isPresent();
    assertThat(copy.attributes()).isEqualTo(Attributes.of("key", "k"));
    assertThat(settled).hasValue(1);
    assertThat(messages.sent()).isOne();
  }

  @Test
  void aMessageStaysUnsettledUntilItsDeadLetterIsConfirmed() {
    for (int i = 0; i < 3; i++) {
      errors.add(EndpointException.retryable(ErrorCode.UNAVAILABLE, "no broker"));
    }

    discard(messages(FailureStrategy.DEAD_LETTER));

    assertThat(life.state()).isEqualTo(EndpointState.DEGRADED);
    assertThat(life.status().reason()).contains("no broker");
    eventually().until(() -> settled.get() == 1);
    assertThat(sent).hasSize(4).allMatch(copy -> copy == sent.get(0));
    assertThat(life.state()).isEqualTo(EndpointState.UP);
  }

  @Test
  void aDeadLetterThatIsRefusedForItsContentIsGivenUp() {
    errors.add(EndpointException.ofMessage(ErrorCode.MESSAGE_TOO_LARGE, "too large", null));

    discard(messages(FailureStrategy.DEAD_LETTER));

    assertThat(settled).hasValue(1);
    assertThat(sent).hasSize(1);
    assertThat(life.state()).isEqualTo(EndpointState.UP);
  }

  @Test
  void aDeadLetterThatIsGivenUpLaterIsNoTroubleAnyMore() {
    errors.add(EndpointException.retryable(ErrorCode.UNAVAILABLE, "no broker"));
    errors.add(EndpointException.ofMessage(ErrorCode.MESSAGE_TOO_LARGE, "too large", null));

    discard(messages(FailureStrategy.DEAD_LETTER));

    eventually().until(() -> settled.get() == 1);
    assertThat(life.state()).isEqualTo(EndpointState.UP);
  }

  @Test
  void oneConfirmedDeadLetterDoesNotHideThatAnotherOneFails() {
    DiscardedMessages messages =
        new DiscardedMessages(
            "shop",
            FailureStrategy.DEAD_LETTER,
            this::answer,
            Set.of(),
            new Reconnect(Duration.ofMinutes(1), Duration.ofMinutes(1), 0, 1),
            workers,
            life);
    errors.add(EndpointException.retryable(ErrorCode.UNAVAILABLE, "no broker"));
    discard(messages);

    discard(messages);

    assertThat(settled).hasValue(1);
    assertThat(life.state()).isEqualTo(EndpointState.DEGRADED);
  }

  @Test
  void aSenderThatThrowsIsAskedAgain() {
    AtomicInteger calls = new AtomicInteger();
    DiscardedMessages messages =
        new DiscardedMessages(
            "shop",
            FailureStrategy.DEAD_LETTER,
            copy -> {
              if (calls.incrementAndGet() < 3) {
                throw new IllegalStateException("sender is broken");
              }
              return answer(copy);
            },
            Set.of(),
            new Reconnect(Duration.ofMillis(1), Duration.ofMillis(10), 0, 1),
            workers,
            life);

    discard(messages);

    eventually().until(() -> settled.get() == 1);
    assertThat(life.state()).isEqualTo(EndpointState.UP);
  }

  @Test
  void afterTheEndNothingIsSentAgain() {
    errors.add(EndpointException.retryable(ErrorCode.UNAVAILABLE, "no broker"));
    DiscardedMessages messages = messages(FailureStrategy.DEAD_LETTER);
    messages.close();

    discard(messages);

    assertThat(settled).as("the backend still has it").hasValue(0);
    assertThat(sent).hasSize(1);
  }

  private void discard(DiscardedMessages messages) {
    messages.discard(MESSAGE, "orders", settled::incrementAndGet, failures::add);
  }

  private CompletionStage<Receipt> answer(Message copy) {
    sent.add(copy);
    EndpointException error = errors.poll();
    return completedStage(
        error == null
            ? Receipt.confirmed(copy, Attributes.empty())
            : Receipt.rejected(copy, error));
  }

  private DiscardedMessages messages(FailureStrategy strategy) {
    return new DiscardedMessages(
        "shop",
        strategy,
        this::answer,
        Set.of("key"),
        new Reconnect(Duration.ofMillis(1), Duration.ofMillis(10), 0, 1),
        workers,
        life);
  }
}
