/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.delivery;

import static io.sluice.endpoint.support.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.endpoint.Delivery;
import io.sluice.endpoint.EndpointException;
import io.sluice.endpoint.ErrorCode;
import io.sluice.endpoint.Message;
import io.sluice.endpoint.support.testing.ManualExecutor;
import io.sluice.endpoint.support.testing.RecordingSubscriber;
import java.lang.ref.WeakReference;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class DeliverySubscriptionTest {

  private final ManualExecutor executor = new ManualExecutor();
  private final QueueSource source = new QueueSource();
  private final RecordingSubscriber<Delivery> subscriber = new RecordingSubscriber<>();

  private DeliverySubscription open(Flow.Subscriber<Delivery> to) {
    return DeliverySubscription.open("orders", to, executor, subscription -> source);
  }

  @Test
  void deliversWhatWasRequestedAndNoMore() {
    source.fill(5);
    DeliverySubscription subscription = open(subscriber);
    executor.runAll();
    assertThat(subscriber.items()).isEmpty();

    subscription.request(2);
    executor.runAll();
    assertThat(subscriber.items()).hasSize(2);
    assertThat(source.polls).as("polls without demand").hasValue(2);

    subscription.request(1);
    executor.runAll();
    assertThat(subscriber.items()).hasSize(3);
    assertThat(source.delivered).isEqualTo(subscriber.items());
  }

  @Test
  void deliversInOrder() {
    source.fill(300);
    open(subscriber).request(Long.MAX_VALUE);
    executor.runAll();

    assertThat(subscriber.items())
        .extracting(delivery -> delivery.message().text())
        .startsWith("message 0", "message 1")
        .endsWith("message 299")
        .hasSize(300);
  }

  @Test
  void polledAgainWhenWokenUp() {
    DeliverySubscription subscription = open(subscriber);
    subscription.request(10);
    executor.runAll();

    source.fill(1);
    subscription.wakeUp();
    executor.runAll();

    assertThat(subscriber.items()).hasSize(1);
  }

  @Test
  void aWakeUpWhileTheSourceIsMadeIsNotLost() {
    DeliverySubscription.open(
        "orders",
        new RecordingSubscriber<Delivery>(1) {
          @Override
          public void onNext(Delivery item) {
            subscriber.items().add(item);
          }
        },
        executor,
        subscription -> {
          subscription.wakeUp();
          return source.fill(1);
        });

    executor.runAll();

    assertThat(subscriber.items()).hasSize(1);
  }

  @Test
  void noSignalComesWithinOnSubscribe() {
    source.fill(1);
    AtomicInteger seenInOnSubscribe = new AtomicInteger(-1);
    RecordingSubscriber<Delivery> eager =
        new RecordingSubscriber<>() {
          @Override
          public void onSubscribe(Flow.Subscription given) {
            super.onSubscribe(given);
            given.request(1);
            executor.runAll();
            seenInOnSubscribe.set(items().size());
          }
        };

    open(eager);
    executor.runAll();

    assertThat(seenInOnSubscribe).hasValue(0);
    assertThat(eager.items()).hasSize(1);
    assertThat(eager.overlapped()).isFalse();
  }

  @Test
  void requestWithinOnNextDoesNotRecurse() {
    source.fill(1_000);
    AtomicInteger depth = new AtomicInteger();
    AtomicInteger deepest = new AtomicInteger();
    RecordingSubscriber<Delivery> oneByOne =
        new RecordingSubscriber<>(1) {
          @Override
          public void onNext(Delivery item) {
            deepest.accumulateAndGet(depth.incrementAndGet(), Math::max);
            super.onNext(item);
            subscription().request(1);
            depth.decrementAndGet();
          }
        };

    open(oneByOne);
    executor.runAll();

    assertThat(oneByOne.items()).hasSize(1_000);
    assertThat(deepest).hasValue(1);
  }

  @Test
  void busySubscriptionsTakeTurns() {
    QueueSource other = new QueueSource().fill(1);
    RecordingSubscriber<Delivery> patient = new RecordingSubscriber<>();
    source.fill(100_000);
    open(subscriber).request(Long.MAX_VALUE);
    DeliverySubscription.open("other", patient, executor, subscription -> other).request(1);

    executor.runOne();
    executor.runOne();

    assertThat(patient.items()).hasSize(1);
    assertThat(subscriber.items()).hasSizeLessThan(1_000);
  }

  @Test
  void completesAnEmptyStreamWithoutDemand() {
    open(subscriber).complete();
    executor.runAll();

    assertThat(subscriber.isComplete()).isTrue();
    assertThat(source.closed).hasValue(1);
    assertThat(source.polls).hasValue(0);
  }

  @Test
  void completesAfterTheDeliveryDuringWhosePollItWasCompleted() {
    AtomicReference<DeliverySubscription> self = new AtomicReference<>();
    DeliverySource last =
        new QueueSource() {
          @Override
          public Delivery poll() {
            self.get().complete();
            return Delivery.settled(Message.of("the last"));
          }
        };
    self.set(DeliverySubscription.open("orders", subscriber, executor, subscription -> last));

    self.get().request(10);
    executor.runAll();

    assertThat(subscriber.items()).hasSize(1);
    assertThat(subscriber.isComplete()).isTrue();
  }

  @Test
  void endsOnceOnly() {
    DeliverySubscription subscription = open(subscriber);
    EndpointException error = new EndpointException(ErrorCode.CONNECTION_LOST, "gone");

    subscription.fail(error);
    subscription.complete();
    subscription.fail(new EndpointException(ErrorCode.INTERNAL, "another"));
    executor.runAll();
    subscription.complete();
    subscription.request(1);
    subscription.cancel();
    executor.runAll();

    assertThat(subscriber.error()).isSameAs(error);
    assertThat(subscriber.terminations()).isEqualTo(1);
    assertThat(source.closed).hasValue(1);
    assertThat(subscription.isClosed()).isTrue();
  }

  @Test
  void theSourceIsClosedBeforeTheSubscriberHearsOfTheEnd() {
    AtomicInteger closedAtEnd = new AtomicInteger();
    open(new RecordingSubscriber<>() {
          @Override
          public void onComplete() {
            closedAtEnd.set(source.closed.get());
          }
        })
        .complete();
    executor.runAll();

    assertThat(closedAtEnd).hasValue(1);
  }

  @Test
  void requestOfNothingIsAnError() {
    for (long n : new long[] {0, -1, Long.MIN_VALUE}) {
      RecordingSubscriber<Delivery> wrong = new RecordingSubscriber<>();
      open(wrong).request(n);
      executor.runAll();

      assertThat(wrong.error())
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("3.9");
    }
  }

  @Test
  void cancelEndsWithoutASignal() {
    source.fill(5);
    DeliverySubscription subscription = open(subscriber);
    subscription.request(2);
    executor.runAll();

    subscription.cancel();
    subscription.cancel();
    subscription.request(3);
    executor.runAll();

    assertThat(subscriber.items()).hasSize(2);
    assertThat(subscriber.terminations()).isZero();
    assertThat(source.closed).hasValue(1);
  }

  @Test
  void cancelWithinOnNextStopsAtOnce() {
    source.fill(5);
    RecordingSubscriber<Delivery> once =
        new RecordingSubscriber<>(Long.MAX_VALUE) {
          @Override
          public void onNext(Delivery item) {
            super.onNext(item);
            subscription().cancel();
          }
        };

    open(once);
    executor.runAll();

    assertThat(once.items()).hasSize(1);
    assertThat(source.closed).hasValue(1);
  }

  @Test
  void cancelWinsOverAnEndThatWasNotSignalled() {
    DeliverySubscription subscription = open(subscriber);

    subscription.complete();
    subscription.cancel();
    executor.runAll();

    assertThat(subscriber.terminations()).isZero();
    assertThat(source.closed).hasValue(1);
  }

  @Test
  void aSubscriberThatThrowsIsCancelledAndItsDeliveryNotTaken() {
    source.fill(3);
    RecordingSubscriber<Delivery> broken =
        new RecordingSubscriber<>(3) {
          @Override
          public void onNext(Delivery item) {
            super.onNext(item);
            throw new IllegalStateException("broken subscriber");
          }
        };

    open(broken);
    executor.runAll();

    assertThat(broken.items()).hasSize(1);
    assertThat(broken.terminations()).isZero();
    assertThat(source.delivered).isEmpty();
    assertThat(source.closed).hasValue(1);
  }

  @Test
  void aSubscriberThatThrowsInOnSubscribeIsCancelled() {
    DeliverySubscription subscription =
        open(
            new RecordingSubscriber<>() {
              @Override
              public void onSubscribe(Flow.Subscription given) {
                throw new IllegalStateException("broken subscriber");
              }
            });
    executor.runAll();

    assertThat(subscription.isClosed()).isTrue();
    assertThat(source.closed).hasValue(1);
  }

  @Test
  void aSourceThatThrowsEndsTheSubscriptionWithItsError() {
    EndpointException error = new EndpointException(ErrorCode.MESSAGE_INVALID, "undecodable");
    DeliverySource broken =
        new QueueSource() {
          @Override
          public Delivery poll() {
            throw error;
          }
        };

    DeliverySubscription.open("orders", subscriber, executor, subscription -> broken).request(1);
    executor.runAll();

    assertThat(subscriber.error()).isSameAs(error);
  }

  @Test
  void aSourceThatCannotBeMadeFailsTheSubscriber() {
    DeliverySubscription.open(
        "orders",
        subscriber,
        executor,
        subscription -> {
          throw new UnsupportedOperationException("no source");
        });
    executor.runAll();

    assertThat(subscriber.subscription()).isNotNull();
    assertThat(subscriber.error())
        .isInstanceOfSatisfying(
            EndpointException.class,
            error -> assertThat(error.code()).isEqualTo(ErrorCode.INTERNAL))
        .hasMessageContaining("no source");
  }

  @Test
  void aShutDownExecutorEndsTheSubscriptionAsStopped() {
    source.fill(3);
    DeliverySubscription subscription = open(subscriber);
    subscription.request(1);
    executor.runAll();
    executor.shutDown();

    subscription.request(1);
    subscription.request(1);

    assertThat(subscriber.items()).hasSize(1);
    assertThat(subscriber.terminations()).isEqualTo(1);
    assertThat(((EndpointException) subscriber.error()).code())
        .isEqualTo(ErrorCode.ENDPOINT_STOPPED);
    assertThat(source.closed).hasValue(1);
  }

  @Test
  void aShutDownExecutorKeepsTheEndThatWasDecided() {
    DeliverySubscription subscription = open(subscriber);
    executor.runAll();
    executor.shutDown();

    subscription.complete();

    assertThat(subscriber.isComplete()).isTrue();
  }

  @Test
  void aSubscriberOfAShutDownExecutorIsToldSo() {
    executor.shutDown();

    open(subscriber);

    assertThat(subscriber.subscription()).isNotNull();
    assertThat(subscriber.error()).isInstanceOf(EndpointException.class);
    assertThat(source.closed).hasValue(1);
  }

  @Test
  void refusesANullSubscriber() {
    assertThatThrownBy(() -> open(null)).isInstanceOf(NullPointerException.class);
  }

  @Test
  void forgetsACancelledSubscriber() {
    RecordingSubscriber<Delivery> forgotten = new RecordingSubscriber<>();
    DeliverySubscription subscription = open(forgotten);
    WeakReference<Object> reference = new WeakReference<>(forgotten);
    forgotten = null;

    subscription.cancel();
    executor.runAll();

    eventually()
        .until(
            () -> {
              System.gc();
              return reference.get() == null;
            });
    assertThat(subscription.isClosed()).isTrue();
  }
}
