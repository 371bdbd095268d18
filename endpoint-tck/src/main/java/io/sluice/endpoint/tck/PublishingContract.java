/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.tck;

import static io.sluice.endpoint.tck.EndpointAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.endpoint.EndpointState;
import io.sluice.endpoint.ErrorCode;
import io.sluice.endpoint.Message;
import io.sluice.endpoint.MessageEndpoint;
import io.sluice.endpoint.Mode;
import io.sluice.endpoint.PublishRequest;
import io.sluice.endpoint.Receipt;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Flow;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Every published message gets one receipt, in order; the window bounds what is under way. */
@DisplayName("Publishing")
public abstract class PublishingContract extends ContractGroup {

  private static final int WINDOW = 4;
  private static final int LARGE_BYTES = 256 * 1024;

  @BeforeEach
  final void needMode() {
    need(Mode.PUBLISH);
  }

  @Test
  void theBackendGetsWhatWasConfirmed() {
    need(Ability.RECEIVE);
    MessageEndpoint endpoint = publishing();
    List<Message> messages = List.of(Message.of("text"), Message.of(everyByte()), Message.of(""));

    for (Message message : messages) {
      Receipt receipt = join(endpoint.publish(message));
      assertThat(receipt).isConfirmed().isFor(message);
    }

    List<Message> received = backend().receive(endpoint, messages.size(), fixture().patience());
    assertThat(received).hasSameSizeAs(messages);
    for (int i = 0; i < received.size(); i++) {
      assertThat(received.get(i).payload()).isEqualTo(messages.get(i).payload());
    }
  }

  @Test
  void headersTravelAlong() {
    need(Ability.RECEIVE);
    MessageEndpoint endpoint = publishing();
    String traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    join(
        endpoint.publish(
            Message.of("x").toBuilder()
                .header("traceparent", traceparent)
                .header("colour", "grün")
                .build()));

    Message received = backend().receive(endpoint, 1, fixture().patience()).get(0);
    assertThat(received.headers().text("traceparent")).contains(traceparent);
    assertThat(received.headers().text("colour")).contains("grün");
  }

  @Test
  void receiptsComeInInputOrderAndThenTheEnd() {
    List<Message> messages = messages(200);
    RecordingSubscriber<Receipt> receipts = new RecordingSubscriber<>();
    receipts.request(Long.MAX_VALUE);
    Flow.Processor<Message, Receipt> processor = processor(publishing(), receipts);

    ListPublisher.of(messages).subscribe(processor);

    eventually().until(receipts::isCompleted);
    assertThat(receipts.items()).extracting(Receipt::message).isEqualTo(messages);
    assertThat(receipts.items()).allMatch(Receipt::isConfirmed);
    assertThat(receipts.breaches()).isEmpty();
  }

  @Test
  void receiptsHonourDemand() {
    RecordingSubscriber<Receipt> receipts = new RecordingSubscriber<>();
    Flow.Processor<Message, Receipt> processor = processor(publishing(), receipts);
    ListPublisher.of(messages(5)).subscribe(processor);

    stays(() -> assertThat(receipts.count()).as("unasked receipts").isZero());
    receipts.request(2);
    awaitCount(receipts, 2);
    stays(() -> assertThat(receipts.count()).isEqualTo(2));
    receipts.request(3);
    eventually().until(receipts::isCompleted);

    assertThat(receipts.breaches()).isEmpty();
  }

  @Test
  void demandUpstreamIsTheFreePartOfTheWindow() {
    MessageEndpoint endpoint = publishing(backend().configuration(Mode.PUBLISH), WINDOW);
    RecordingSubscriber<Receipt> receipts = new RecordingSubscriber<>();
    ListPublisher<Message> upstream = ListPublisher.of(messages(5 * WINDOW));
    upstream.subscribe(processor(endpoint, receipts));

    eventually().until(() -> upstream.requested() == WINDOW);
    stays(() -> assertThat(upstream.requested()).as("no receipt was taken").isEqualTo(WINDOW));
    receipts.request(3);
    awaitCount(receipts, 3);
    eventually().until(() -> upstream.requested() == WINDOW + 3);
    stays(() -> assertThat(upstream.requested()).isEqualTo(WINDOW + 3));
  }

  @Test
  void aFullWindowOverloads() {
    MessageEndpoint endpoint = publishing(need(Situation.CONFIRMS_NOTHING), WINDOW);
    List<CompletionStage<Receipt>> pending = new ArrayList<>();
    for (Message message : messages(WINDOW)) {
      pending.add(endpoint.publish(message));
    }

    Receipt refused = join(endpoint.publish(Message.of("one too many")));

    assertThat(refused).isRejectedWith(ErrorCode.OVERLOADED).isRetryable();
    assertThat(pending).noneMatch(receipt -> receipt.toCompletableFuture().isDone());
    assertThat(endpoint.status().counters().inFlight()).isEqualTo(WINDOW);
    endpoint.close();
    for (CompletionStage<Receipt> receipt : pending) {
      assertThat(join(receipt).isConfirmed()).as("confirmed without a backend").isFalse();
    }
  }

  @Test
  void aBlockedBackendBlocksNobody() {
    MessageEndpoint endpoint = publishing(need(Situation.BLOCKS_PUBLISHERS), WINDOW);
    backend().begin(Situation.BLOCKS_PUBLISHERS);
    List<CompletionStage<Receipt>> pending = new CopyOnWriteArrayList<>();

    inTime(() -> messages(WINDOW).forEach(message -> pending.add(endpoint.publish(message))));

    stays(() -> assertThat(pending).noneMatch(receipt -> receipt.toCompletableFuture().isDone()));
    assertThat(join(endpoint.publish(Message.of("one too many"))))
        .isRejectedWith(ErrorCode.OVERLOADED);
    join(endpoint.stop(Duration.ZERO));
    pending.forEach(receipt -> assertThat(join(receipt)).isRejected());
  }

  @Test
  void aMessageThatIsTooLargeIsRefusedAlone() {
    MessageEndpoint endpoint = (MessageEndpoint) startedIn(Situation.REFUSES_LARGE_MESSAGES);
    need(Ability.RECEIVE);
    RecordingSubscriber<Receipt> receipts = new RecordingSubscriber<>();
    receipts.request(Long.MAX_VALUE);

    ListPublisher.of(
            List.of(Message.of("before"), Message.of(new byte[LARGE_BYTES]), Message.of("after")))
        .subscribe(processor(endpoint, receipts));

    eventually().until(receipts::isCompleted);
    assertThat(receipts.items().get(0)).isConfirmed();
    assertThat(receipts.items().get(1))
        .isRejectedWith(ErrorCode.MESSAGE_TOO_LARGE)
        .concernsMessage();
    assertThat(receipts.items().get(2)).isConfirmed();
    assertThat(received(endpoint, 2)).containsExactly("before", "after");
    assertThat(endpoint.status()).isUp();
  }

  @Test
  void whatWaitsForTheConnectionIsSentInOrder() {
    need(Ability.INTERRUPT);
    need(Ability.RECEIVE);
    MessageEndpoint endpoint = publishing();
    List<Message> messages = messages(15);
    List<CompletionStage<Receipt>> receipts = new ArrayList<>();

    messages.subList(0, 5).forEach(message -> receipts.add(endpoint.publish(message)));
    backend().interrupt();
    eventually().until(() -> endpoint.status().state() == EndpointState.DOWN);
    messages.subList(5, 10).forEach(message -> receipts.add(endpoint.publish(message)));
    backend().restore();
    eventually().until(() -> endpoint.status().state() == EndpointState.UP);
    messages.subList(10, 15).forEach(message -> receipts.add(endpoint.publish(message)));

    List<String> confirmed = texts(confirmed(receipts));
    assertThat(confirmed).endsWith("m14");
    List<String> arrived = received(endpoint, 15);
    arrived.retainAll(confirmed);
    assertThat(arrived).isEqualTo(confirmed);
  }

  /** What arrived, without repetitions: what a backend has not confirmed is sent again. */
  private List<String> received(MessageEndpoint endpoint, int count) {
    backend().receive(endpoint, count, fixture().patience());
    return texts(backend().receive(endpoint, 2 * count, fixture().quiet())).stream()
        .distinct()
        .collect(Collectors.toCollection(ArrayList::new));
  }

  @Test
  void refusedMessagesAreRejectedReceipts() {
    Map<String, Object> refusing = need(Situation.REFUSES_MESSAGES);
    List<Message> messages = messages(3);
    RecordingSubscriber<Receipt> receipts = new RecordingSubscriber<>();
    receipts.request(Long.MAX_VALUE);
    MessageEndpoint endpoint = (MessageEndpoint) started(refusing);

    ListPublisher.of(messages).subscribe(processor(endpoint, receipts));

    eventually().until(receipts::isCompleted);
    assertThat(receipts.items()).extracting(Receipt::message).isEqualTo(messages);
    assertThat(receipts.items()).noneMatch(Receipt::isConfirmed);
    assertThat(join(endpoint.publish(Message.of("x")))).isRejected();
    assertThat(endpoint.status().counters().failed()).isEqualTo(4);
  }

  @Test
  void cancellingTheReceiptsCancelsTheInput() {
    RecordingSubscriber<Receipt> receipts = new RecordingSubscriber<>();
    receipts.request(1);
    ListPublisher<Message> upstream = ListPublisher.of(messages(100_000));
    upstream.subscribe(processor(publishing(), receipts));
    awaitCount(receipts, 1);

    receipts.cancel();

    eventually().until(upstream::isCancelled);
    assertThat(receipts.breaches()).isEmpty();
  }

  @Test
  void anErrorOfTheInputComesAfterTheReceipts() {
    IllegalStateException error = new IllegalStateException("the input's own");
    RecordingSubscriber<Receipt> receipts = new RecordingSubscriber<>();
    receipts.request(Long.MAX_VALUE);

    ListPublisher.failing(messages(3), error).subscribe(processor(publishing(), receipts));

    eventually().until(() -> receipts.error().isPresent());
    assertThat(receipts.error()).containsSame(error);
    assertThat(receipts.count()).isEqualTo(3);
    assertThat(receipts.breaches()).isEmpty();
  }

  @Test
  void publishedMessagesAreCounted() {
    MessageEndpoint endpoint = publishing();

    for (Message message : messages(3)) {
      join(endpoint.publish(message)).orThrow();
    }

    eventually()
        .untilAsserted(
            () -> {
              assertThat(endpoint.status().counters().out()).isEqualTo(3);
              assertThat(endpoint.status().counters().bytesOut()).isEqualTo(6);
              assertThat(endpoint.status().counters().inFlight()).isZero();
            });
  }

  private List<Message> confirmed(List<CompletionStage<Receipt>> receipts) {
    return receipts.stream()
        .map(this::join)
        .filter(Receipt::isConfirmed)
        .map(Receipt::message)
        .toList();
  }

  private static Flow.Processor<Message, Receipt> processor(
      MessageEndpoint endpoint, RecordingSubscriber<Receipt> receipts) {
    Flow.Processor<Message, Receipt> processor = endpoint.publisher(PublishRequest.defaults());
    processor.subscribe(receipts);
    return processor;
  }

  private static byte[] everyByte() {
    byte[] bytes = new byte[256];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) i;
    }
    return bytes;
  }
}
