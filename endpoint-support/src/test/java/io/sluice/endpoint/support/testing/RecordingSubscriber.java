/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.testing;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicInteger;

/** Keeps what it is given, and notices signals that overlap. Requests what the test tells it to. */
public class RecordingSubscriber<T> implements Flow.Subscriber<T> {

  private final List<T> items = new CopyOnWriteArrayList<>();
  private final AtomicInteger inSignal = new AtomicInteger();
  private final long initialRequest;
  private volatile Flow.Subscription subscription;
  private volatile Throwable error;
  private volatile int terminations;
  private volatile boolean overlapped;

  public RecordingSubscriber() {
    this(0);
  }

  public RecordingSubscriber(long initialRequest) {
    this.initialRequest = initialRequest;
  }

  @Override
  public void onSubscribe(Flow.Subscription given) {
    enter();
    subscription = given;
    if (initialRequest > 0) {
      given.request(initialRequest);
    }
    leave();
  }

  @Override
  public void onNext(T item) {
    enter();
    items.add(item);
    leave();
  }

  @Override
  @SuppressWarnings("NonAtomicOperationOnVolatileField") // signals are serial, or the test fails
  public void onError(Throwable given) {
    enter();
    error = given;
    terminations++;
    leave();
  }

  @Override
  @SuppressWarnings("NonAtomicOperationOnVolatileField")
  public void onComplete() {
    enter();
    terminations++;
    leave();
  }

  private void enter() {
    if (inSignal.incrementAndGet() != 1) {
      overlapped = true;
    }
  }

  private void leave() {
    inSignal.decrementAndGet();
  }

  public Flow.Subscription subscription() {
    return subscription;
  }

  public List<T> items() {
    return items;
  }

  public Throwable error() {
    return error;
  }

  /** How many onComplete and onError came. */
  public int terminations() {
    return terminations;
  }

  public boolean isComplete() {
    return terminations == 1 && error == null;
  }

  public boolean overlapped() {
    return overlapped;
  }
}
