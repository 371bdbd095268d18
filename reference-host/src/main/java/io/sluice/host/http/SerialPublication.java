/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.host.http;

import java.nio.ByteBuffer;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Publishes bytes to one subscriber by the rules of Reactive Streams. Signals are serial: a thread
 * that finds something to do, and no other thread at work, does it.
 */
final class SerialPublication implements Flow.Publisher<ByteBuffer>, Flow.Subscription {

  /** What the source has to say when it is asked. */
  record Step(ByteBuffer bytes, boolean complete) {}

  /** Nothing now; the source wakes the publication up when there is. */
  static final Step WAIT = new Step(null, false);

  /** The end. */
  static final Step COMPLETE = new Step(null, true);

  /** Where the bytes come from; asked serially, and no more after the end or a failure. */
  @FunctionalInterface
  interface Source {

    /**
     * The next step; a failure is thrown and becomes {@code onError}.
     *
     * @param demanded whether the subscriber takes bytes now; without it only {@link #WAIT} and
     *     {@link #COMPLETE} are right
     */
    Step next(boolean demanded);
  }

  private final Source source;
  private final AtomicBoolean subscribed = new AtomicBoolean();
  private final AtomicInteger work = new AtomicInteger();
  private final AtomicLong demand = new AtomicLong();
  private volatile Flow.Subscriber<? super ByteBuffer> subscriber;
  private volatile boolean illegalDemand;
  private volatile boolean cancelled;
  private boolean done;

  SerialPublication(Source source) {
    this.source = source;
  }

  static Step next(ByteBuffer bytes) {
    return new Step(bytes, false);
  }

  @Override
  public void subscribe(Flow.Subscriber<? super ByteBuffer> newSubscriber) {
    if (!subscribed.compareAndSet(false, true)) {
      newSubscriber.onSubscribe(Refused.INSTANCE); // rule 1.9: onSubscribe comes before onError
      newSubscriber.onError(new IllegalStateException("these bytes are read once"));
      return;
    }
    newSubscriber.onSubscribe(this);
    subscriber = newSubscriber; // only now, so that nothing is signalled before
    wakeUp();
  }

  @Override
  public void request(long n) {
    if (n <= 0) {
      illegalDemand = true;
    } else {
      demand.accumulateAndGet(n, (a, b) -> a + b < 0 ? Long.MAX_VALUE : a + b);
    }
    wakeUp();
  }

  @Override
  public void cancel() {
    cancelled = true;
    wakeUp();
  }

  /** The source has something to say. */
  void wakeUp() {
    if (work.getAndIncrement() != 0) {
      return;
    }
    int seen;
    do {
      seen = work.get();
      signal();
    } while (work.addAndGet(-seen) != 0);
  }

  private void signal() {
    Flow.Subscriber<? super ByteBuffer> current = subscriber;
    if (current == null || done) {
      return;
    }
    try {
      while (!done && !cancelled) {
        if (illegalDemand) {
          throw new IllegalArgumentException("rule 3.9: demand must be positive");
        }
        Step step = source.next(demand.get() > 0);
        if (step.complete()) {
          done = true;
          current.onComplete();
        } else if (step.bytes() == null) {
          return;
        } else {
          demand.updateAndGet(n -> n == Long.MAX_VALUE ? n : n - 1);
          current.onNext(step.bytes());
        }
      }
    } catch (RuntimeException failure) {
      done = true;
      current.onError(failure);
    }
    if (cancelled) {
      done = true;
      subscriber = null; // rule 3.13
    }
  }

  /** The subscription of a subscriber that came too late. */
  private enum Refused implements Flow.Subscription {
    INSTANCE;

    @Override
    public void request(long n) {
      // refused already
    }

    @Override
    public void cancel() {
      // refused already
    }
  }
}
