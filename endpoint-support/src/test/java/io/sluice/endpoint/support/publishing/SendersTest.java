/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.publishing;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.endpoint.EndpointException;
import io.sluice.endpoint.ErrorCode;
import io.sluice.endpoint.Message;
import io.sluice.endpoint.Receipt;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

class SendersTest {

  private final Message message = Message.of("12345");
  private final ManualSender backend = new ManualSender();

  private static Receipt outcome(CompletionStage<Receipt> stage) {
    assertThat(stage.toCompletableFuture()).isCompleted();
    return stage.toCompletableFuture().join();
  }

  private static ErrorCode code(Receipt receipt) {
    return receipt.error().orElseThrow().code();
  }

  @Test
  void aFullWindowIsOverloadedAndRetryable() {
    InFlightWindow window = new InFlightWindow(1, 1_000);
    MessageSender sender = new WindowedSender(window, backend);
    CompletionStage<Receipt> first = sender.send(message);

    Receipt refused = outcome(sender.send(message));

    assertThat(code(refused)).isEqualTo(ErrorCode.OVERLOADED);
    assertThat(refused.error().orElseThrow().isRetryable()).isTrue();
    assertThat(refused.message()).isSameAs(message);
    assertThat(backend.sent()).as("messages that reached the backend").isEqualTo(1);
    assertThat(first.toCompletableFuture()).isNotDone();
  }

  @Test
  void headersAndKeyTakeBytesOfTheWindowAndGiveThemBack() {
    InFlightWindow window = new InFlightWindow(10, 1_000);
    MessageSender sender = new WindowedSender(window, backend);
    Message small =
        Message.builder()
            .text("x")
            .header("h", "v".repeat(400))
            .attribute("test.key", new byte[190])
            .build();

    sender.send(small);
    assertThat(window.inFlightBytes()).isEqualTo(1 + 401 + 198);
    assertThat(code(outcome(sender.send(small)))).isEqualTo(ErrorCode.OVERLOADED);
    backend.confirm(0);

    assertThat(window.inFlightBytes()).isZero();
  }

  @Test
  void aReceiptFreesItsPlaceBeforeItIsSeen() {
    InFlightWindow window = new InFlightWindow(1, 1_000);
    MessageSender sender = new WindowedSender(window, backend);
    CompletableFuture<Integer> inFlightWhenSeen =
        sender.send(message).thenApply(receipt -> window.inFlight()).toCompletableFuture();

    backend.confirm(0);

    assertThat(inFlightWhenSeen).isCompletedWithValue(0);
  }

  @Test
  void aCallerThatCompletesItsStageFreesItsPlaceWhenTheBackendAnswers() {
    InFlightWindow window = new InFlightWindow(1, 1_000);
    MessageSender sender = new WindowedSender(window, backend);

    sender.send(message).toCompletableFuture().cancel(true);

    assertThat(window.inFlight()).as("the backend has not answered").isOne();
    backend.confirm(0);
    assertThat(window.inFlight()).isZero();
  }

  @Test
  void whateverASenderDoesWrongIsARejectedReceipt() {
    EndpointException known = new EndpointException(ErrorCode.TOPIC_UNKNOWN, "no topic");
    InFlightWindow window = new InFlightWindow(1, 1_000);

    assertThat(
            code(
                outcome(
                    new WindowedSender(
                            window,
                            m -> {
                              throw new IllegalStateException("thrown");
                            })
                        .send(message))))
        .isEqualTo(ErrorCode.INTERNAL);
    assertThat(code(outcome(new WindowedSender(window, m -> null).send(message))))
        .isEqualTo(ErrorCode.INTERNAL);
    assertThat(
            code(
                outcome(
                    new WindowedSender(window, m -> CompletableFuture.completedStage(null))
                        .send(message))))
        .isEqualTo(ErrorCode.INTERNAL);
    assertThat(
            code(
                outcome(
                    new WindowedSender(
                            window, m -> CompletableFuture.failedStage(new IOException("io")))
                        .send(message))))
        .isEqualTo(ErrorCode.INTERNAL);
    assertThat(
            code(
                outcome(
                    new WindowedSender(window, m -> CompletableFuture.failedStage(known))
                        .send(message))))
        .isEqualTo(ErrorCode.TOPIC_UNKNOWN);
    assertThat(window.inFlight()).isZero();
    assertThat(window.inFlightBytes()).isZero();
  }
}
