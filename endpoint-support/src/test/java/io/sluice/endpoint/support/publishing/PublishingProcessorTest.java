/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.publishing;

import static io.sluice.endpoint.support.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.endpoint.EndpointException;
import io.sluice.endpoint.ErrorCode;
import io.sluice.endpoint.Message;
import io.sluice.endpoint.Receipt;
import io.sluice.endpoint.support.testing.ManualExecutor;
import io.sluice.endpoint.support.testing.RecordingSubscriber;
import java.lang.ref.WeakReference;
import java.util.concurrent.Flow;
import org.junit.jupiter.api.Test;

class PublishingProcessorTest {

  private final ManualExecutor executor = new ManualExecutor();
  private final ManualSender backend = new ManualSender();
  private final Upstream upstream = new Upstream();
  private final RecordingSubscriber<Receipt> subscriber = new RecordingSubscriber<>();

  private PublishingProcessor processor(int maxInFlight, long maxBytes) {
    PublishingProcessor processor =
        new PublishingProcessor("orders", backend, maxInFlight, maxBytes, executor);
    upstream.downstream = processor;
    processor.onSubscribe(upstream);
    processor.subscribe(subscriber);
    executor.runAll();
    return processor;
  }

  @Test
  void requestsTheFreePartOfItsWindow() {
    processor(10, 1_000_000);

    assertThat(upstream.demand).isEqualTo(10);
  }

  @Test
  void requestsAheadInBatchesUpToTheWindow() {
    processor(100, 1_000_000);
    int sent = 0;
    while (upstream.demand > 0) {
      assertThat(upstream.demand).isLessThanOrEqualTo(32);
      upstream.send("x");
      sent++;
      executor.runAll();
    }

    assertThat(sent).isEqualTo(100);
    assertThat(backend.sent()).isEqualTo(100);
  }

  @Test
  void oneLargeMessageDoesNotNarrowTheWindowForGood() {
    processor(100, 1_000);
    subscriber.subscription().request(Long.MAX_VALUE);
    upstream.send("x".repeat(2_000));
    backend.confirm(0);
    executor.runAll();
    assertThat(upstream.demand).as("until smaller ones have come").isLessThan(32);

    for (int i = 1; i <= 512; i++) {
      upstream.send("x");
      backend.confirm(i);
      executor.runAll();
    }

    assertThat(upstream.demand).isGreaterThan(16);
  }

  @Test
  void signalsReceiptsInInputOrderWhateverTheOrderOfConfirmations() {
    processor(10, 1_000_000);
    subscriber.subscription().request(Long.MAX_VALUE);
    upstream.send("a", "b", "c");

    backend.confirm(2);
    backend.confirm(1);
    executor.runAll();
    assertThat(subscriber.items()).isEmpty();
    backend.confirm(0);
    executor.runAll();

    assertThat(subscriber.items())
        .extracting(receipt -> receipt.message().text())
        .containsExactly("a", "b", "c");
  }

  @Test
  void aReceiptThatNobodyRequestedHoldsItsPlace() {
    processor(2, 1_000_000);
    upstream.send("a", "b");
    backend.confirm(0);
    backend.confirm(1);
    executor.runAll();
    assertThat(upstream.demand).isZero();

    subscriber.subscription().request(1);
    executor.runAll();

    assertThat(subscriber.items()).hasSize(1);
    assertThat(upstream.demand).isEqualTo(1);
  }

  @Test
  void aMessageThatFailsIsARejectedReceipt() {
    processor(10, 1_000_000);
    subscriber.subscription().request(10);
    upstream.send("a", "b");

    backend.reject(0, new EndpointException(ErrorCode.UNROUTABLE, "nowhere"));
    backend.confirm(1);
    executor.runAll();

    assertThat(subscriber.items()).extracting(Receipt::isConfirmed).containsExactly(false, true);
    assertThat(subscriber.terminations()).isZero();
  }

  @Test
  void aSenderThatThrowsRejectsTheMessage() {
    PublishingProcessor processor =
        new PublishingProcessor(
            "orders",
            message -> {
              throw new IllegalStateException("broken sender");
            },
            10,
            1_000,
            executor);
    upstream.downstream = processor;
    processor.onSubscribe(upstream);
    processor.subscribe(subscriber);
    subscriber.subscription().request(1);
    executor.runAll();

    upstream.send("a");
    executor.runAll();

    assertThat(subscriber.items()).singleElement().matches(receipt -> !receipt.isConfirmed());
  }

  @Test
  void theBytesInFlightBoundTheDemand() {
    processor(1_000, 1_000);
    assertThat(upstream.demand).isEqualTo(32);
    upstream.send("x".repeat(400));
    upstream.send("x".repeat(400));
    executor.runAll();
    // What was requested before the first size was known may still come, and no more than that.
    assertThat(upstream.demand).isEqualTo(30);
    for (int i = 0; i < 30; i++) {
      upstream.send("x".repeat(400));
    }
    executor.runAll();
    assertThat(upstream.demand).isZero();

    subscriber.subscription().request(Long.MAX_VALUE);
    for (int i = 0; i < 32; i++) {
      backend.confirm(i);
    }
    executor.runAll();

    assertThat(upstream.demand).as("two of 400 bytes fit into 1000").isEqualTo(2);
  }

  @Test
  void headersAndKeyCountInTheBytesInFlight() {
    processor(1_000, 1_000);
    subscriber.subscription().request(Long.MAX_VALUE);
    upstream.send(Message.builder().header("h", "x".repeat(299)).build());
    upstream.send(Message.builder().attribute("key", new byte[397]).build());

    for (int i = 0; i < 30; i++) {
      upstream.send("x");
    }
    executor.runAll();
    assertThat(upstream.demand).as("a third of 400 bytes does not fit").isZero();
    for (int i = 0; i < 32; i++) {
      backend.confirm(i);
    }
    executor.runAll();

    assertThat(upstream.demand).as("two of 400 bytes fit into 1000").isEqualTo(2);
  }

  @Test
  void aMessageLargerThanTheBoundPassesAlone() {
    processor(1, 10);
    subscriber.subscription().request(Long.MAX_VALUE);
    for (int i = 0; i < 3; i++) {
      assertThat(upstream.demand).isEqualTo(1);
      upstream.send("x".repeat(100));
      executor.runAll();
      assertThat(upstream.demand).isZero();
      backend.confirm(i);
      executor.runAll();
    }
    assertThat(subscriber.items()).hasSize(3);
  }

  @Test
  void completesAfterTheLastReceipt() {
    processor(10, 1_000_000);
    subscriber.subscription().request(10);
    upstream.send("a");
    upstream.downstream.onComplete();
    executor.runAll();
    assertThat(subscriber.terminations()).isZero();

    backend.confirm(0);
    executor.runAll();

    assertThat(subscriber.items()).hasSize(1);
    assertThat(subscriber.isComplete()).isTrue();
    assertThat(upstream.cancellations).isZero();
  }

  @Test
  void completesAnEmptyUpstreamWithoutDemand() {
    PublishingProcessor processor = processor(10, 1_000_000);

    processor.onComplete();
    executor.runAll();

    assertThat(subscriber.isComplete()).isTrue();
  }

  @Test
  void passesOnTheUpstreamsErrorAfterTheReceiptsOfWhatCameBefore() {
    PublishingProcessor processor = processor(10, 1_000_000);
    subscriber.subscription().request(10);
    upstream.send("a");
    IllegalStateException error = new IllegalStateException("upstream broke");
    processor.onError(error);
    executor.runAll();
    assertThat(subscriber.terminations()).isZero();

    backend.confirm(0);
    executor.runAll();

    assertThat(subscriber.items()).hasSize(1);
    assertThat(subscriber.error()).isSameAs(error);
    assertThat(upstream.cancellations).isZero();
  }

  @Test
  void cancelDownstreamCancelsUpstreamAndLetsTheRestFinishUnreported() {
    processor(10, 1_000_000);
    subscriber.subscription().request(10);
    upstream.send("a");

    subscriber.subscription().cancel();
    executor.runAll();
    upstream.downstream.onNext(Message.of("too late"));
    backend.confirm(0);
    executor.runAll();

    assertThat(upstream.cancellations).isEqualTo(1);
    assertThat(backend.sent()).isEqualTo(1);
    assertThat(subscriber.items()).isEmpty();
    assertThat(subscriber.terminations()).isZero();
  }

  @Test
  void failCancelsUpstreamAndReportsWhatIsInFlightFirst() {
    PublishingProcessor processor = processor(10, 1_000_000);
    subscriber.subscription().request(10);
    upstream.send("a");
    EndpointException error = new EndpointException(ErrorCode.ENDPOINT_STOPPED, "stopped");

    processor.fail(error);
    executor.runAll();
    assertThat(upstream.cancellations).isEqualTo(1);
    assertThat(subscriber.terminations()).isZero();
    backend.confirm(0);
    executor.runAll();

    assertThat(subscriber.items()).hasSize(1);
    assertThat(subscriber.error()).isSameAs(error);
  }

  @Test
  void anUpstreamThatComesAfterTheEndIsCancelled() {
    PublishingProcessor processor = new PublishingProcessor("orders", backend, 10, 1_000, executor);
    processor.subscribe(subscriber);
    subscriber.subscription().cancel();
    executor.runAll();

    processor.onSubscribe(upstream);
    executor.runAll();

    assertThat(upstream.cancellations).isEqualTo(1);
    assertThat(upstream.demand).isZero();
  }

  @Test
  void aSecondUpstreamIsCancelled() {
    PublishingProcessor processor = processor(10, 1_000_000);
    Upstream second = new Upstream();

    processor.onSubscribe(second);
    executor.runAll();

    assertThat(second.cancellations).isEqualTo(1);
    assertThat(upstream.cancellations).isZero();
  }

  @Test
  void aSecondSubscriberIsRefused() {
    PublishingProcessor processor = processor(10, 1_000_000);
    RecordingSubscriber<Receipt> second = new RecordingSubscriber<>();

    processor.subscribe(second);

    assertThat(second.subscription()).isNotNull();
    assertThat(((EndpointException) second.error()).code()).isEqualTo(ErrorCode.REQUEST_INVALID);
    assertThat(subscriber.terminations()).isZero();
  }

  @Test
  void receiptsWaitForALateSubscriber() {
    PublishingProcessor processor = new PublishingProcessor("orders", backend, 10, 1_000, executor);
    upstream.downstream = processor;
    processor.onSubscribe(upstream);
    executor.runAll();
    upstream.send("a");
    backend.confirm(0);
    processor.onComplete();
    executor.runAll();

    processor.subscribe(subscriber);
    subscriber.subscription().request(1);
    executor.runAll();

    assertThat(subscriber.items()).hasSize(1);
    assertThat(subscriber.isComplete()).isTrue();
  }

  @Test
  void anUpstreamThatSendsMoreThanRequestedIsCancelled() {
    PublishingProcessor processor = processor(1, 1_000_000);
    subscriber.subscription().request(10);
    upstream.send("a");
    processor.onNext(Message.of("unasked"));
    backend.confirm(0);
    executor.runAll();

    assertThat(backend.sent()).isEqualTo(1);
    assertThat(upstream.cancellations).isEqualTo(1);
    assertThat(subscriber.items()).hasSize(1);
    assertThat(subscriber.error()).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void requestOfNothingIsAnErrorAndCancelsUpstream() {
    processor(10, 1_000_000);

    subscriber.subscription().request(0);
    executor.runAll();

    assertThat(subscriber.error()).isInstanceOf(IllegalArgumentException.class);
    assertThat(upstream.cancellations).isEqualTo(1);
  }

  @Test
  void aSubscriberThatThrowsIsCancelled() {
    PublishingProcessor processor = new PublishingProcessor("orders", backend, 10, 1_000, executor);
    upstream.downstream = processor;
    processor.onSubscribe(upstream);
    RecordingSubscriber<Receipt> broken =
        new RecordingSubscriber<>(5) {
          @Override
          public void onNext(Receipt item) {
            super.onNext(item);
            throw new IllegalStateException("broken subscriber");
          }
        };
    processor.subscribe(broken);
    executor.runAll();
    upstream.send("a", "b");
    backend.confirm(0);
    backend.confirm(1);
    executor.runAll();

    assertThat(broken.items()).hasSize(1);
    assertThat(broken.terminations()).isZero();
    assertThat(upstream.cancellations).isEqualTo(1);
  }

  @Test
  void aShutDownExecutorEndsTheProcessorAsStopped() {
    processor(10, 1_000_000);
    subscriber.subscription().request(10);
    upstream.send("a");
    executor.runAll();
    executor.shutDown();

    backend.confirm(0);

    assertThat(subscriber.terminations()).isEqualTo(1);
    assertThat(((EndpointException) subscriber.error()).code())
        .isEqualTo(ErrorCode.ENDPOINT_STOPPED);
    assertThat(upstream.cancellations).isEqualTo(1);
  }

  @Test
  void aProcessorMadeAfterTheExecutorWasShutDownSaysSo() {
    executor.shutDown();
    PublishingProcessor processor = new PublishingProcessor("orders", backend, 10, 1_000, executor);

    processor.onSubscribe(upstream);
    processor.subscribe(subscriber);

    assertThat(upstream.cancellations).isEqualTo(1);
    assertThat(((EndpointException) subscriber.error()).code())
        .isEqualTo(ErrorCode.ENDPOINT_STOPPED);
  }

  @Test
  void refusesNulls() {
    PublishingProcessor processor = processor(10, 1_000);

    assertThatThrownBy(() -> processor.onNext(null)).isInstanceOf(NullPointerException.class);
    assertThatThrownBy(() -> processor.onError(null)).isInstanceOf(NullPointerException.class);
    assertThatThrownBy(() -> processor.onSubscribe(null)).isInstanceOf(NullPointerException.class);
    assertThatThrownBy(() -> processor.subscribe(null)).isInstanceOf(NullPointerException.class);
  }

  @Test
  void refusesAWindowThatBoundsNothing() {
    assertThatThrownBy(() -> new PublishingProcessor("orders", backend, 0, 1, executor))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new PublishingProcessor("orders", backend, 1, 0, executor))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void forgetsACancelledSubscriber() {
    PublishingProcessor processor = new PublishingProcessor("orders", backend, 10, 1_000, executor);
    RecordingSubscriber<Receipt> forgotten = new RecordingSubscriber<>();
    processor.subscribe(forgotten);
    forgotten.subscription().cancel();
    executor.runAll();
    WeakReference<Object> reference = new WeakReference<>(forgotten);
    forgotten = null;

    eventually()
        .until(
            () -> {
              System.gc();
              return reference.get() == null;
            });
    assertThatThrownBy(() -> processor.onNext(null)).isInstanceOf(NullPointerException.class);
  }

  /** Keeps count of demand. */
  private static final class Upstream implements Flow.Subscription {

    PublishingProcessor downstream;
    long demand;
    int cancellations;

    void send(String... texts) {
      for (String text : texts) {
        send(Message.of(text));
      }
    }

    void send(Message message) {
      assertThat(demand).as("demand for '%s'", message.text()).isPositive();
      demand--;
      downstream.onNext(message);
    }

    @Override
    public void request(long n) {
      assertThat(n).isPositive();
      demand += n;
    }

    @Override
    public void cancel() {
      cancellations++;
    }
  }
}
