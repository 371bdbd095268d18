/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.mock.internal;

import static io.sluice.endpoint.mock.internal.MockFixture.eventually;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Flow;
import java.util.function.Consumer;

/** Records what it is signalled. */
final class TestSubscriber<T> implements Flow.Subscriber<T> {

  private final List<T> items = new CopyOnWriteArrayList<>();
  private final Consumer<T> action;
  private volatile Flow.Subscription subscription;
  private volatile Throwable error;
  private volatile boolean completed;

  TestSubscriber() {
    this(item -> {});
  }

  TestSubscriber(Consumer<T> action) {
    this.action = action;
  }

  TestSubscriber<T> request(long n) {
    eventually().until(() -> subscription != null);
    subscription.request(n);
    return this;
  }

  void cancel() {
    subscription.cancel();
  }

  /** What has come so far; a copy. */
  List<T> items() {
    return List.copyOf(items);
  }

  T item(int index) {
    return items.get(index);
  }

  Throwable error() {
    return error;
  }

  boolean isCompleted() {
    return completed;
  }

  /** Waits for so many items in all. */
  List<T> await(int count) {
    eventually().until(() -> items.size() >= count);
    return items();
  }

  void awaitCompletion() {
    eventually().until(() -> completed);
  }

  Throwable awaitError() {
    eventually().until(() -> error != null);
    return error;
  }

  @Override
  public void onSubscribe(Flow.Subscription subscription) {
    this.subscription = subscription;
  }

  @Override
  public void onNext(T item) {
    items.add(item);
    action.accept(item);
  }

  @Override
  public void onError(Throwable error) {
    this.error = error;
  }

  @Override
  public void onComplete() {
    completed = true;
  }
}
