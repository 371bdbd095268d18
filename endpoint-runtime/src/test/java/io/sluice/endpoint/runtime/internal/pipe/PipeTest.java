/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.runtime.internal.pipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.sluice.endpoint.Attributes;
import io.sluice.endpoint.EndpointException;
import io.sluice.endpoint.EndpointState;
import io.sluice.endpoint.EndpointStatus;
import io.sluice.endpoint.ErrorCode;
import io.sluice.endpoint.Message;
import io.sluice.endpoint.MessageEndpoint;
import io.sluice.endpoint.Qos;
import io.sluice.endpoint.Violation;
import io.sluice.endpoint.runtime.ManagedPipe;
import io.sluice.endpoint.runtime.internal.configuration.PipeDefinition;
import io.sluice.endpoint.runtime.internal.control.ControlThread;
import io.sluice.endpoint.runtime.internal.pipe.ScriptedEndpoint.ScriptedDelivery;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PipeTest {

  private final ControlThread control = new ControlThread();
  private volatile Executor threads = Runnable::run;
  private final Map<String, MessageEndpoint> endpoints = new ConcurrentHashMap<>();
  private final PipeRegistry registry =
      new PipeRegistry(
          control,
          () -> task -> threads.execute(task),
          name -> Optional.ofNullable(endpoints.get(name)));
  private final ScriptedEndpoint source = new ScriptedEndpoint("orders", 0);
  private final ScriptedEndpoint target = new ScriptedEndpoint("archive", 3);

  @BeforeEach
  void present() {
    endpoints.put("orders", source);
    endpoints.put("archive", target);
  }

  @AfterEach
  void close() {
    control.close();
  }

  @Test
  void acknowledgesTheSourceWhenTheTargetHasConfirmed() {
    configure(pipe(Qos.AT_LEAST_ONCE));
    awaitState(EndpointState.UP);

    ScriptedDelivery first = source.emit("first");
    ScriptedDelivery second = source.emit("second");
    assertThat(first.settlements).isEmpty();

    target.confirm();
    assertThat(first.settlements).containsExactly("ack");
    assertThat(second.settlements).isEmpty();

    target.confirm();
    assertThat(second.settlements).containsExactly("ack");
    assertThat(target.received).extracting(Message::text).containsExactly("first", "second");
    assertThat(status().counters().in()).isEqualTo(2);
    assertThat(status().counters().out()).isEqualTo(2);
    assertThat(status().counters().bytesOut()).isEqualTo(11);
  }

  @Test
  void passesTheDemandOfTheTargetOnToTheSource() {
    configure(pipe(Qos.AT_LEAST_ONCE));
    awaitState(EndpointState.UP);
    assertThat(source.subscription.demand).hasValue(3);

    source.emit("first");
    assertThat(source.subscription.demand).hasValue(3);
    target.confirm();
    assertThat(source.subscription.demand).hasValue(4);
  }

  @Test
  void requeuesAfterAPauseWhatTheTargetRefusesForNow() {
    configure(pipe(Qos.AT_LEAST_ONCE));
    awaitState(EndpointState.UP);

    ScriptedDelivery delivery = source.emit("message");
    target.reject(EndpointException.retryable(ErrorCode.TIMEOUT, "no answer"));

    assertThat(delivery.settlements).isEmpty();
    assertThat(status().counters().unsettled()).isEqualTo(1);
    await().untilAsserted(() -> assertThat(delivery.settlements).containsExactly("REQUEUE"));
    assertThat(status().counters().failed()).isEqualTo(1);
    assertThat(status().lastError().orElseThrow().code()).isEqualTo(ErrorCode.TIMEOUT);
  }

  @Test
  void discardsWhatTheTargetRefusesForTheMessage() {
    configure(pipe(Qos.AT_LEAST_ONCE));
    awaitState(EndpointState.UP);

    ScriptedDelivery large = source.emit("message");
    ScriptedDelivery unroutable = source.emit("message");
    target.reject(new EndpointException(ErrorCode.MESSAGE_TOO_LARGE, "too large"));
    target.reject(EndpointException.ofMessage(ErrorCode.UNROUTABLE, "no partition 99", null));

    assertThat(large.settlements).containsExactly("DISCARD");
    assertThat(unroutable.settlements).containsExactly("DISCARD");
    assertThat(status().state()).isEqualTo(EndpointState.UP);
  }

  /** Whether trying again helps now is not the question: the message is not to blame. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "NOT_AUTHORIZED",
        "AUTHENTICATION_FAILED",
        "TLS_FAILED",
        "CONNECTION_LOST",
        "ENDPOINT_STOPPED",
        "UNAVAILABLE",
        "MODE_DISABLED",
        "REJECTED",
        "INTERNAL"
      })
  void keepsMessagesWhileTheTargetIsInTrouble(String code) {
    configure(pipe(Qos.AT_LEAST_ONCE));
    awaitState(EndpointState.UP);

    for (int attempt = 1; attempt <= 3; attempt++) {
      ScriptedDelivery delivery = source.emit("message");
      target.reject(new EndpointException(ErrorCode.of(code), "no right to write"));

      assertThat(status().state()).isEqualTo(EndpointState.DEGRADED);
      assertThat(status().reason()).isEqualTo("'archive' takes no messages: no right to write");
      await().untilAsserted(() -> assertThat(delivery.settlements).containsExactly("REQUEUE"));
    }
    source.emit("message");
    target.confirm();

    assertThat(status().state()).isEqualTo(EndpointState.UP);
    assertThat(status().counters().out()).isEqualTo(1);
  }

  @Test
  void asksForNothingMoreInAPauseAndGivesBackInOrder() {
    configure(pipe(Qos.AT_LEAST_ONCE));
    awaitState(EndpointState.UP);
    for (int i = 0; i < 4; i++) { // so that the next pause is long
      ScriptedDelivery warmUp = source.emit("warm up");
      target.reject(EndpointException.retryable(ErrorCode.TIMEOUT, "no answer"));
      await().until(() -> !warmUp.settlements.isEmpty());
    }
    long demand = source.subscription.demand.get();
    List<String> order = new CopyOnWriteArrayList<>();
    List<ScriptedDelivery> deliveries =
        List.of(source.emit("0", order), source.emit("1", order), source.emit("2", order));

    deliveries.forEach(
        each -> target.reject(EndpointException.retryable(ErrorCode.TIMEOUT, "no answer")));

    assertThat(status().counters().unsettled()).isEqualTo(3);
    assertThat(source.subscription.demand).hasValue(demand);
    await().until(() -> order.size() == 3);
    assertThat(order).containsExactly("REQUEUE 0", "REQUEUE 1", "REQUEUE 2");
    await().untilAsserted(() -> assertThat(source.subscription.demand).hasValue(demand + 3));
  }

  @Test
  void givesBackWhatItHoldsWhenTheSourceDrains() {
    configure(pipe(Qos.AT_LEAST_ONCE));
    awaitState(EndpointState.UP);
    holdForLong();
    ScriptedDelivery delivery = source.emit("message");
    target.reject(EndpointException.retryable(ErrorCode.TIMEOUT, "no answer"));
    assertThat(delivery.settlements).isEmpty();

    source.status = EndpointStatus.builder(EndpointState.DRAINING, Instant.now()).build();
    changed("orders");
    awaitControl();

    assertThat(delivery.settlements).containsExactly("REQUEUE");
  }

  /** After a cancellation the source has a drain time of its own, which may be shorter. */
  @Test
  void keepsItsSubscriptionUntilWhatIsUnderWayIsSettled() throws Exception {
    configure(pipe(Qos.AT_LEAST_ONCE));
    awaitState(EndpointState.UP);
    ScriptedDelivery underWay = source.emit("under way");
    ManagedPipe pipe = registry.pipes().get(0);

    CompletableFuture<Void> closed = closeAll();
    await().until(() -> pipe.status().state() == EndpointState.DRAINING);
    ScriptedDelivery late = source.emit("late");
    assertThat(source.subscription.cancelled).isFalse();
    assertThat(late.settlements).isEmpty();
    target.confirm();

    closed.get(5, TimeUnit.SECONDS);
    assertThat(source.subscription.cancelled).isTrue();
    assertThat(underWay.settlements).containsExactly("ack");
    assertThat(late.settlements).containsExactly("REQUEUE");
  }

  @Test
  void tellsTheSourceWhatItDoesNotTakeAnyMore() {
    configure(pipe(Qos.AUTO));
    awaitState(EndpointState.UP);
    source.emit("under way");
    ManagedPipe pipe = registry.pipes().get(0);

    closeAll();
    await().until(() -> pipe.status().state() == EndpointState.DRAINING);

    assertThatThrownBy(() -> source.emit("late")).isInstanceOf(CancellationException.class);
  }

  /** Code of an endpoint that blocks must hold up nothing but its own pipe. */
  @Test
  void anEndpointThatBlocksHoldsUpOnlyItsPipe() throws Exception {
    ExecutorService pool = Executors.newCachedThreadPool();
    CountDownLatch release = new CountDownLatch(1);
    threads = pool;
    try {
      configure(definition(Qos.AT_LEAST_ONCE, Duration.ofMillis(100), List.of()));
      awaitState(EndpointState.UP);
      ScriptedDelivery delivery = source.emit("message");
      delivery.onSettled = () -> awaitQuietly(release);
      target.reject(EndpointException.retryable(ErrorCode.TIMEOUT, "no answer"));
      await().until(() -> delivery.settling);
      source.subscription.onCancel = () -> awaitQuietly(release);

      CompletableFuture<Void> closed = closeAll();

      awaitControl();
      closed.get(5, TimeUnit.SECONDS);
    } finally {
      release.countDown();
      pool.shutdown();
    }
  }

  @Test
  void losesNoMessageBecauseTheTargetIsGone() {
    configure(pipe(Qos.AT_LEAST_ONCE));
    awaitState(EndpointState.UP);

    ScriptedDelivery delivery = source.emit("message");
    target.reject(new EndpointException(ErrorCode.ENDPOINT_STOPPED, "deleted"));

    await().untilAsserted(() -> assertThat(delivery.settlements).containsExactly("REQUEUE"));
  }

  @Test
  void asksForTheQosAndClientIdOfItsConfiguration() {
    configure(pipe(Qos.AT_MOST_ONCE));
    awaitState(EndpointState.UP);

    assertThat(source.consumed.get(0).qos()).isEqualTo(Qos.AT_MOST_ONCE);
    assertThat(source.consumed.get(0).clientId()).contains("pipe");
    assertThat(target.published.get(0).qos()).isEqualTo(Qos.AT_MOST_ONCE);
  }

  @Test
  void holdsNothingBackWhereTheSourceIsSettledAlready() {
    configure(pipe(Qos.AUTO));
    awaitState(EndpointState.UP);

    source.emit("message");
    target.reject(EndpointException.retryable(ErrorCode.TIMEOUT, "no answer"));

    assertThat(status().counters().unsettled()).isZero();
  }

  @Test
  void passesKeysOnButNotWhereTheSourceHadTheMessageFrom() {
    configure(pipe(Qos.AT_LEAST_ONCE));
    awaitState(EndpointState.UP);

    source.emit(
        Message.builder()
            .text("message")
            .header("trace", "1")
            .attributes(Attributes.of(Map.of("kafka.topic", "orders", "kafka.key", "42")))
            .build());

    Message message = target.received.get(0);
    assertThat(message.attributes().asMap()).isEqualTo(Map.of("kafka.key", "42"));
    assertThat(message.headers().text("trace")).contains("1");
  }

  @Test
  void waitsForAnEndpointThatIsNotThereYet() {
    endpoints.remove("archive");
    configure(pipe(Qos.AT_LEAST_ONCE));
    awaitState(EndpointState.UNSATISFIED);
    assertThat(status().reason()).isEqualTo("no endpoint is named 'archive'");

    endpoints.put("archive", target);
    changed("archive");
    awaitState(EndpointState.UP);
  }

  @Test
  void drainsAndJoinsTheNewEndpointWhenOneIsReplaced() {
    configure(pipe(Qos.AT_LEAST_ONCE));
    awaitState(EndpointState.UP);
    ScriptedDelivery delivery = source.emit("message");

    ScriptedEndpoint other = new ScriptedEndpoint("archive", 5);
    endpoints.put("archive", other);
    changed("archive");
    awaitState(EndpointState.DRAINING);
    ScriptedEndpoint.Subscription before = source.subscription;

    target.confirm();
    awaitState(EndpointState.UP);
    assertThat(before.cancelled).isTrue();
    assertThat(delivery.settlements).containsExactly("ack");
    assertThat(source.subscription.demand).hasValue(5);
  }

  @Test
  void becomesUnsatisfiedWhenAnEndpointLeaves() {
    configure(pipe(Qos.AT_LEAST_ONCE));
    awaitState(EndpointState.UP);

    endpoints.remove("orders");
    changed("orders");
    awaitState(EndpointState.UNSATISFIED);
    assertThat(source.subscription.cancelled).isTrue();
    assertThat(target.processor.cancelled).isTrue();
  }

  @Test
  void opensAgainAfterTheSourceHasFailedAndTheRestWasConfirmed() {
    configure(pipe(Qos.AT_LEAST_ONCE));
    awaitState(EndpointState.UP);
    ScriptedDelivery delivery = source.emit("message");

    source.subscription.subscriber.onError(
        EndpointException.retryable(ErrorCode.CONNECTION_LOST, "broken"));
    target.confirm();

    assertThat(delivery.settlements).containsExactly("ack");
    awaitState(EndpointState.DOWN);
    assertThat(status().reason()).isEqualTo("broken");
    awaitState(EndpointState.UP);
    assertThat(source.consumed).hasSize(2);
    assertThat(status().counters().reconnects()).isEqualTo(1);
  }

  @Test
  void opensAgainAfterTheTargetHasFailedAndGivesTheRestBack() {
    configure(pipe(Qos.AT_LEAST_ONCE));
    awaitState(EndpointState.UP);
    ScriptedDelivery delivery = source.emit("message");
    ScriptedEndpoint.Subscription before = source.subscription;

    target.processor.downstream.onError(new EndpointException(ErrorCode.INTERNAL, "broken"));

    awaitState(EndpointState.DOWN);
    assertThat(before.cancelled).isTrue();
    await().untilAsserted(() -> assertThat(delivery.settlements).containsExactly("REQUEUE"));
    awaitState(EndpointState.UP);
  }

  @Test
  void stopsWhenTheSourceHasNoMoreAndGoesOnWhenItComesUpAgain() {
    configure(pipe(Qos.AT_LEAST_ONCE));
    awaitState(EndpointState.UP);
    source.subscription.subscriber.onComplete();
    awaitState(EndpointState.STOPPED);

    changed("orders");
    awaitControl();
    assertThat(status().state()).isEqualTo(EndpointState.STOPPED);

    source.status = EndpointStatus.builder(EndpointState.UP, Instant.now().plusMillis(1)).build();
    changed("orders");
    awaitState(EndpointState.UP);
  }

  @Test
  void tellsThatAnEndpointIsOutOfWork() {
    configure(pipe(Qos.AT_LEAST_ONCE));
    awaitState(EndpointState.UP);

    target.status =
        EndpointStatus.builder(EndpointState.DOWN, Instant.now()).reason("refused").build();

    assertThat(status().state()).isEqualTo(EndpointState.DEGRADED);
    assertThat(status().reason()).isEqualTo("'archive' is DOWN (refused)");
  }

  @Test
  void refusesABrokenConfiguration() {
    PipeDefinition broken =
        definition(Qos.AUTO, Duration.ZERO, List.of(Violation.of("/to", "to", "'to' is missing")));
    configure(broken);
    awaitState(EndpointState.INVALID);
    assertThat(status().violations()).hasSize(1);
    assertThat(source.consumed).isEmpty();
  }

  @Test
  void leavesAnUnchangedPipeAloneAndReplacesAnEditedOneAfterItsEnd() {
    configure(pipe(Qos.AT_LEAST_ONCE));
    awaitState(EndpointState.UP);
    configure(pipe(Qos.AT_LEAST_ONCE));
    awaitControl();
    assertThat(source.consumed).hasSize(1);

    ScriptedDelivery delivery = source.emit("message");
    configure(pipe(Qos.AUTO));
    awaitControl();
    assertThat(source.consumed).hasSize(1);
    target.confirm();
    awaitState(EndpointState.UP);
    assertThat(delivery.settlements).containsExactly("ack");
    assertThat(source.consumed).hasSize(2);
  }

  @Test
  void endsAfterTheDrainTimeThoughTheTargetNeverAnswers() throws Exception {
    configure(definition(Qos.AT_LEAST_ONCE, Duration.ofMillis(100), List.of()));
    awaitState(EndpointState.UP);
    ScriptedDelivery delivery = source.emit("message");

    CompletableFuture<Void> closed = closeAll();
    closed.get(5, TimeUnit.SECONDS);

    await().untilAsserted(() -> assertThat(delivery.settlements).containsExactly("REQUEUE"));
    assertThat(target.processor.cancelled).isTrue();
  }

  @Test
  void givesBackWhatItHeldWhenItEnds() throws Exception {
    configure(pipe(Qos.AT_LEAST_ONCE));
    awaitState(EndpointState.UP);
    holdForLong();
    ScriptedDelivery delivery = source.emit("message");
    target.reject(EndpointException.retryable(ErrorCode.TIMEOUT, "no answer"));

    closeAll().get(5, TimeUnit.SECONDS);
    assertThat(delivery.settlements).containsExactly("REQUEUE");
  }

  /** Rejections in a row, after which the next pause takes seconds. */
  private void holdForLong() {
    for (int i = 0; i < 6; i++) {
      ScriptedDelivery delivery = source.emit("warm up");
      target.reject(EndpointException.retryable(ErrorCode.TIMEOUT, "no answer"));
      await().until(() -> !delivery.settlements.isEmpty());
    }
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static PipeDefinition pipe(Qos qos) {
    return definition(qos, Duration.ofSeconds(5), List.of());
  }

  private static PipeDefinition definition(Qos qos, Duration drain, List<Violation> violations) {
    return new PipeDefinition(
        "io.sluice.pipe~pipe",
        "pipe",
        "orders",
        "archive",
        qos,
        "pipe",
        List.of("*.key"),
        drain,
        violations,
        List.of());
  }

  private void configure(PipeDefinition definition) {
    control.execute(() -> registry.configured(definition));
    awaitControl();
  }

  private void changed(String name) {
    control.execute(() -> registry.endpointChanged(name));
  }

  private CompletableFuture<Void> closeAll() {
    CompletableFuture<Void> closed = new CompletableFuture<>();
    control.execute(() -> registry.close().whenComplete((nothing, error) -> closed.complete(null)));
    return closed;
  }

  private EndpointStatus status() {
    List<ManagedPipe> pipes = registry.pipes();
    assertThat(pipes).hasSize(1);
    return pipes.get(0).status();
  }

  private void awaitState(EndpointState state) {
    await().untilAsserted(() -> assertThat(status().state()).isEqualTo(state));
  }

  private void awaitControl() {
    CompletableFuture<Void> reached = new CompletableFuture<>();
    control.execute(() -> reached.complete(null));
    reached.join();
  }
}
