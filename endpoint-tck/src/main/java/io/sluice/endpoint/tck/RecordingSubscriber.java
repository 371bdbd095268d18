/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.tck;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * Records what it is signalled, and every breach of the rules of Reactive Streams that it can see.
 * Requests only what it is told to. Safe for use by many threads.
 */
public final class RecordingSubscriber<T> implements Flow.Subscriber<T> {

  private final Consumer<? super T> action;
  private final AtomicBoolean signalled = new AtomicBoolean();
  private final List<T> items = new ArrayList<>();
  private final List<String> breaches = new ArrayList<>();
  private final Set<String> threads = new LinkedHashSet<>();
  private Flow.Subscription subscription;
  private long requested;
  private long early;
  private boolean completed;
  private Throwable error;

  /** A subscriber that only records. */
  public RecordingSubscriber() {
    this(item -> {});
  }

  /**
   * A subscriber that does something with each item, inside {@code onNext}, after it has recorded
   * it.
   *
   * @param action not null; must not throw
   */
  public RecordingSubscriber(Consumer<? super T> action) {
    this.action = action;
  }

  /** Requests more items, at once or as soon as there is a subscription. */
  public void request(long count) {
    Flow.Subscription target;
    synchronized (this) {
      requested = requested + count < 0 ? Long.MAX_VALUE : requested + count;
      target = subscription;
      if (target == null) {
        early += count;
      }
    }
    if (target != null) {
      target.request(count);
    }
  }

  /** Cancels; there must be a subscription. */
  public void cancel() {
    subscription().cancel();
  }

  /** What {@code onSubscribe} has brought; null before. */
  public synchronized Flow.Subscription subscription() {
    return subscription;
  }

  /** The items so far, in order; a copy. */
  public synchronized List<T> items() {
    return new ArrayList<>(items);
  }

  /** How many items there are so far. */
  public synchronized int count() {
    return items.size();
  }

  /** Whether {@code onComplete} was called. */
  public synchronized boolean isCompleted() {
    return completed;
  }

  /** What {@code onError} has brought. */
  public synchronized Optional<Throwable> error() {
    return Optional.ofNullable(error);
  }

  /** The breaches of rules so far, each with the rule's number. */
  public synchronized List<String> breaches() {
    return new ArrayList<>(breaches);
  }

  /** The names of the threads that have signalled items. */
  public synchronized Set<String> threads() {
    return new LinkedHashSet<>(threads);
  }

  @Override
  public void onSubscribe(Flow.Subscription subscription) {
    signal(
        () -> {
          long initial;
          synchronized (this) {
            if (this.subscription != null) {
              breaches.add("2.12: onSubscribe was called twice");
            }
            this.subscription = subscription;
            initial = early;
            early = 0;
          }
          if (initial != 0) {
            subscription.request(initial);
          }
        });
  }

  @Override
  public void onNext(T item) {
    signal(
        () -> {
          synchronized (this) {
            expectOpen("onNext");
            if (item == null) {
              breaches.add("2.13: onNext(null)");
            }
            items.add(item);
            threads.add(Thread.currentThread().getName());
            if (items.size() > requested) {
              breaches.add("1.1: " + items.size() + " items, " + requested + " requested");
            }
          }
          action.accept(item);
        });
  }

  @Override
  public void onError(Throwable error) {
    signal(
        () -> {
          synchronized (this) {
            expectOpen("onError");
            this.error = error;
          }
        });
  }

  @Override
  public void onComplete() {
    signal(
        () -> {
          synchronized (this) {
            expectOpen("onComplete");
            completed = true;
          }
        });
  }

  private void expectOpen(String signal) {
    if (subscription == null) {
      breaches.add("1.9: " + signal + " before onSubscribe");
    }
    if (completed || error != null) {
      breaches.add("1.7: " + signal + " after the end");
    }
  }

  private void signal(Runnable handling) {
    boolean alone = signalled.compareAndSet(false, true);
    if (!alone) {
      synchronized (this) {
        breaches.add("1.3: two signals at a time");
      }
    }
    try {
      handling.run();
    } finally {
      if (alone) {
        signalled.set(false);
      }
    }
  }
}
