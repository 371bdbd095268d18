/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.benchmarks;

import io.sluice.endpoint.Delivery;
import java.util.concurrent.Flow;
import java.util.concurrent.locks.LockSupport;

/**
 * Acknowledges and counts what it is given; asked by one benchmark thread for so many at a time.
 */
final class CountingSubscriber implements Flow.Subscriber<Delivery> {

  private Flow.Subscription subscription;
  private volatile Thread waiting;
  private volatile Throwable failure;
  private volatile boolean received;
  private long missing;
  private long bytes;

  /** Keeps the newest delivery, as a real consumer would: else the compiler may never make one. */
  private Delivery newest;

  /** Requests so many messages and waits until the last has come. */
  long receive(long messages) {
    missing = messages;
    received = false;
    waiting = Thread.currentThread();
    subscription.request(messages);
    while (!received) {
      LockSupport.park(this);
      if (failure != null) {
        throw new IllegalStateException("stream failed", failure);
      }
    }
    return bytes;
  }

  void cancel() {
    subscription.cancel();
  }

  @Override
  public void onSubscribe(Flow.Subscription subscription) {
    this.subscription = subscription;
  }

  @Override
  public void onNext(Delivery delivery) {
    newest = delivery;
    bytes += newest.message().size();
    delivery.ack();
    if (--missing == 0) {
      received = true;
      LockSupport.unpark(waiting);
    }
  }

  @Override
  public void onError(Throwable error) {
    failure = error;
    LockSupport.unpark(waiting);
  }

  @Override
  public void onComplete() {
    onError(new IllegalStateException("stream completed"));
  }
}
