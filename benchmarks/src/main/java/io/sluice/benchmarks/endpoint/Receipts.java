/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.benchmarks.endpoint;

import io.sluice.benchmarks.comparison.Clock;
import io.sluice.endpoint.Receipt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;

/** Counts receipts, all of which must be confirmations, and stops the clock with the last. */
final class Receipts implements Flow.Subscriber<Receipt> {

  private static final int PATIENCE_SECONDS = 120;

  private final long messages;
  private final Clock clock;
  private final CompletableFuture<Void> done = new CompletableFuture<>();
  private long received;

  Receipts(long messages, Clock clock) {
    this.messages = messages;
    this.clock = clock;
  }

  void await() throws Exception {
    done.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
  }

  @Override
  public void onSubscribe(Flow.Subscription subscription) {
    subscription.request(Long.MAX_VALUE);
  }

  @Override
  public void onNext(Receipt receipt) {
    receipt.error().ifPresent(done::completeExceptionally);
    if (++received == messages) {
      clock.stop();
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
