/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.publishing;

import static io.sluice.endpoint.support.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.endpoint.Attributes;
import io.sluice.endpoint.EndpointException;
import io.sluice.endpoint.ErrorCode;
import io.sluice.endpoint.Message;
import io.sluice.endpoint.Receipt;
import io.sluice.endpoint.support.testing.RecordingSubscriber;
import io.sluice.endpoint.support.testing.Seed;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Flow;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.SubmissionPublisher;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A backend that confirms in random order on several threads, behind the JDK's own publisher. */
class PublishingProcessorRaceTest {

  private static final long MAX_BYTES = 4_000;

  private final ExecutorService executor = Executors.newFixedThreadPool(3);
  private final ScheduledExecutorService backend = Executors.newScheduledThreadPool(3);
  private final AtomicInteger inFlight = new AtomicInteger();
  private final AtomicInteger mostInFlight = new AtomicInteger();

  @AfterEach
  void shutDown() {
    executor.shutdownNow();
    backend.shutdownNow();
  }

  @Test
  void reportsEveryMessageOnceInOrderWithinTheWindow() throws Exception {
    SplittableRandom random = Seed.random(PublishingProcessorRaceTest.class);
    for (int round = 0; round < 20; round++) {
      int window = random.nextInt(1, 50);
      int count = random.nextInt(1, 1_500);
      mostInFlight.set(0);
      PublishingProcessor processor =
          new PublishingProcessor(
              "race", randomBackend(random.split()), window, MAX_BYTES, executor);
      RecordingSubscriber<Receipt> subscriber = hungrySubscriber(random.split());
      processor.subscribe(subscriber);

      try (SubmissionPublisher<Message> source = new SubmissionPublisher<>(executor, 16)) {
        source.subscribe(processor);
        SplittableRandom sizes = random.split();
        for (int i = 0; i < count; i++) {
          source.submit(Message.of(i + ":" + "x".repeat(sizes.nextInt(200))));
        }
      }

      eventually().until(subscriber::isComplete);
      assertThat(subscriber.items()).hasSize(count);
      for (int i = 0; i < count; i++) {
        assertThat(subscriber.items().get(i).message().text()).startsWith(i + ":");
      }
      assertThat(mostInFlight.get()).isLessThanOrEqualTo(window);
      assertThat(subscriber.overlapped()).isFalse();
    }
  }

  @Test
  void endsAtMostOnceWhenEverybodyEndsItAtOnce() {
    SplittableRandom random = Seed.random(PublishingProcessorRaceTest.class);
    for (int round = 0; round < 100; round++) {
      PublishingProcessor processor =
          new PublishingProcessor("race", randomBackend(random.split()), 8, MAX_BYTES, executor);
      RecordingSubscriber<Receipt> subscriber = hungrySubscriber(random.split());
      processor.subscribe(subscriber);
      boolean cancelled = random.nextBoolean();
      AtomicInteger upstreamCancelled = new AtomicInteger();
      AtomicInteger upstreamEnded = new AtomicInteger();
      try (SubmissionPublisher<Message> source = new SubmissionPublisher<>(executor, 64)) {
        source.subscribe(counting(processor, upstreamCancelled, upstreamEnded));
        for (int i = random.nextInt(40); i > 0; i--) {
          source.submit(Message.of("m"));
        }
        backend.execute(
            () -> processor.fail(new EndpointException(ErrorCode.ENDPOINT_STOPPED, "stopped")));
        if (cancelled) {
          backend.execute(() -> subscriber.subscription().cancel());
        }
      }
      eventually()
          .until(
              () ->
                  subscriber.terminations() > 0
                      || cancelled && upstreamCancelled.get() + upstreamEnded.get() > 0);
      assertThat(subscriber.terminations()).isLessThanOrEqualTo(1);
      assertThat(upstreamCancelled.get()).isLessThanOrEqualTo(1);
      assertThat(subscriber.overlapped()).isFalse();
    }
  }

  private MessageSender randomBackend(SplittableRandom random) {
    return message -> {
      mostInFlight.accumulateAndGet(inFlight.incrementAndGet(), Math::max);
      Receipt receipt = Receipt.confirmed(message, Attributes.empty());
      int delay = random.nextInt(6);
      if (delay == 0) {
        inFlight.decrementAndGet();
        return CompletableFuture.completedStage(receipt);
      }
      return later(receipt, delay * 20L);
    };
  }

  private CompletionStage<Receipt> later(Receipt receipt, long micros) {
    CompletableFuture<Receipt> stage = new CompletableFuture<>();
    backend.schedule(
        () -> {
          inFlight.decrementAndGet();
          stage.complete(receipt);
        },
        micros,
        TimeUnit.MICROSECONDS);
    return stage;
  }

  /** Requests a few at a time, as it is served. */
  private static RecordingSubscriber<Receipt> hungrySubscriber(SplittableRandom random) {
    return new RecordingSubscriber<>(1) {
      private long owed = 1;

      @Override
      public void onNext(Receipt item) {
        super.onNext(item);
        if (--owed == 0) {
          owed = random.nextInt(1, 20);
          subscription().request(owed);
        }
      }
    };
  }

  private static Flow.Subscriber<Message> counting(
      PublishingProcessor processor, AtomicInteger cancelled, AtomicInteger ended) {
    return new RecordingSubscriber<>() {
      @Override
      public void onSubscribe(Flow.Subscription given) {
        processor.onSubscribe(
            new Flow.Subscription() {
              @Override
              public void request(long n) {
                given.request(n);
              }

              @Override
              public void cancel() {
                cancelled.incrementAndGet();
                given.cancel();
              }
            });
      }

      @Override
      public void onNext(Message item) {
        processor.onNext(item);
      }

      @Override
      public void onError(Throwable error) {
        processor.onError(error);
        ended.incrementAndGet();
      }

      @Override
      public void onComplete() {
        processor.onComplete();
        ended.incrementAndGet();
      }
    };
  }
}
