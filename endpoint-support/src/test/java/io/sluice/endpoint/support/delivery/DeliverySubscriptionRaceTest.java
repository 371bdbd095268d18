/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.delivery;

import static io.sluice.endpoint.support.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.endpoint.Delivery;
import io.sluice.endpoint.EndpointException;
import io.sluice.endpoint.ErrorCode;
import io.sluice.endpoint.Message;
import io.sluice.endpoint.support.testing.RecordingSubscriber;
import io.sluice.endpoint.support.testing.Seed;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Producers, requesters and those who end it, all at once. */
class DeliverySubscriptionRaceTest {

  private final ExecutorService executor = Executors.newFixedThreadPool(3);
  private final ExecutorService actors = Executors.newCachedThreadPool();

  @AfterEach
  void shutDown() {
    executor.shutdownNow();
    actors.shutdownNow();
  }

  @Test
  void everyRequestedDeliveryArrivesInOrder() {
    SplittableRandom random = Seed.random(DeliverySubscriptionRaceTest.class);
    for (int round = 0; round < 40; round++) {
      int count = random.nextInt(1, 3_000);
      QueueSource source = new QueueSource();
      RecordingSubscriber<Delivery> subscriber = new CountingSubscriber();
      DeliverySubscription subscription =
          DeliverySubscription.open("race", subscriber, executor, opened -> source);

      actors.execute(() -> produce(source, subscription, count));
      SplittableRandom requests = random.split();
      actors.execute(() -> requestAll(subscription, count, requests));

      eventually().until(() -> source.delivered.size() == count);
      for (int i = 0; i < count; i++) {
        assertThat(source.delivered.get(i).message().text()).isEqualTo("" + i);
      }
      assertThat(subscriber.overlapped()).isFalse();
      subscription.cancel();
      eventually().until(() -> source.closed.get() == 1);
    }
  }

  @Test
  void endsExactlyOnceHoweverItIsEnded() {
    SplittableRandom random = Seed.random(DeliverySubscriptionRaceTest.class);
    for (int round = 0; round < 300; round++) {
      QueueSource source = new QueueSource().fill(random.nextInt(500));
      RecordingSubscriber<Delivery> subscriber = new CountingSubscriber();
      DeliverySubscription subscription =
          DeliverySubscription.open("race", subscriber, executor, opened -> source);
      boolean cancelled = random.nextBoolean();

      actors.execute(() -> subscription.request(Long.MAX_VALUE));
      actors.execute(subscription::complete);
      actors.execute(
          () -> subscription.fail(new EndpointException(ErrorCode.CONNECTION_LOST, "gone")));
      if (cancelled) {
        actors.execute(subscription::cancel);
      }

      eventually().until(() -> source.closed.get() == 1 && (cancelled || ended(subscriber)));
      assertThat(subscriber.terminations()).isLessThanOrEqualTo(1);
      assertThat(subscriber.overlapped()).isFalse();
      assertThat(source.closed).hasValue(1);
    }
  }

  private static boolean ended(RecordingSubscriber<Delivery> subscriber) {
    return subscriber.terminations() == 1;
  }

  private static void produce(QueueSource source, DeliverySubscription subscription, int count) {
    for (int i = 0; i < count; i++) {
      source.ready.add(Delivery.settled(Message.of("" + i)));
      subscription.wakeUp();
    }
  }

  private static void requestAll(
      DeliverySubscription subscription, int count, SplittableRandom random) {
    for (int left = count; left > 0; ) {
      int n = random.nextInt(1, Math.min(left, 50) + 1);
      subscription.request(n);
      left -= n;
    }
  }

  /** Does not keep the deliveries: the source does. */
  private static final class CountingSubscriber extends RecordingSubscriber<Delivery> {

    @Override
    public void onNext(Delivery item) {
      super.onNext(item);
      items().clear();
    }
  }
}
