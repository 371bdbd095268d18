/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.benchmarks.endpoint;

import io.sluice.benchmarks.comparison.Clock;
import io.sluice.endpoint.Delivery;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;

/** Looks at the payload of each delivery and acks it; cancels after so many. */
final class Receiver implements Flow.Subscriber<Delivery> {

  private static final int PATIENCE_SECONDS = 120;

  private final long messages;
  private final Clock clock;
  private final CompletableFuture<Void> done = new CompletableFuture<>();

  private Flow.Subscription subscription;
  private long received;
  private long sum;
  private Delivery newest;

  Receiver(long messages, Clock clock) {
    this.messages = messages;
    this.clock = clock;
  }

  void await() throws Exception {
    done.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
  }

  @Override
  public void onSubscribe(Flow.Subscription subscription) {
    this.subscription = subscription;
    subscription.request(messages);
  }

  @Override
  public void onNext(Delivery delivery) {
    if (received++ == 0) {
      clock.start();
    }
    newest = delivery;
    byte[] payload = newest.message().payload();
    sum += payload.length + payload[0];
    delivery.ack();
    if (received == messages) {
      clock.stop();
      subscription.cancel();
      done.complete(null);
    }
  }

  @Override
  public void onError(Throwable error) {
    done.completeExceptionally(error);
  }

  @Override
  public void onComplete() {
    done.completeExceptionally(new IllegalStateException("completed after " + received));
  }
}
