/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.tck;

import java.util.List;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Publishes the items of a list to one subscriber, on the thread that requests, and records the
 * demand. Safe for use by many threads.
 */
public final class ListPublisher<T> implements Flow.Publisher<T> {

  private final List<T> items;
  private final Throwable error;
  private final AtomicInteger subscriptions = new AtomicInteger();
  private Flow.Subscriber<? super T> subscriber;
  private long requested;
  private int sent;
  private boolean emitting;
  private boolean ended;
  private boolean cancelled;

  private ListPublisher(List<T> items, Throwable error) {
    this.items = items;
    this.error = error;
  }

  /**
   * Completes after the last item.
   *
   * @param items not copied, so that it may be a very long list of the same; must not change
   */
  public static <T> ListPublisher<T> of(List<T> items) {
    return new ListPublisher<>(items, null);
  }

  /**
   * Fails after the last item.
   *
   * @param items not copied; must not change
   */
  public static <T> ListPublisher<T> failing(List<T> items, Throwable error) {
    return new ListPublisher<>(items, error);
  }

  /** How often it was subscribed to. */
  public int subscriptions() {
    return subscriptions.get();
  }

  /** The sum of all requests, with {@link Long#MAX_VALUE} for no limit. */
  public synchronized long requested() {
    return requested;
  }

  /** The number of items signalled. */
  public synchronized int sent() {
    return sent;
  }

  /** Whether the subscriber has cancelled. */
  public synchronized boolean isCancelled() {
    return cancelled;
  }

  @Override
  public void subscribe(Flow.Subscriber<? super T> subscriber) {
    if (subscriptions.incrementAndGet() > 1) {
      throw new IllegalStateException("serves one subscriber");
    }
    synchronized (this) {
      this.subscriber = subscriber;
      // No thread can emit before onSubscribe has returned.
      emitting = true;
    }
    subscriber.onSubscribe(
        new Flow.Subscription() {
          @Override
          public void request(long count) {
            demand(count);
          }

          @Override
          public void cancel() {
            synchronized (ListPublisher.this) {
              cancelled = true;
            }
          }
        });
    emitAll();
  }

  private void demand(long count) {
    synchronized (this) {
      requested = requested + count < 0 ? Long.MAX_VALUE : requested + count;
      if (emitting) {
        return;
      }
      emitting = true;
    }
    emitAll();
  }

  private void emitAll() {
    for (Runnable signal = next(); signal != null; signal = next()) {
      signal.run();
    }
  }

  private synchronized Runnable next() {
    if (cancelled || ended) {
      emitting = false;
      return null;
    }
    if (sent == items.size()) {
      ended = true;
      return error == null ? subscriber::onComplete : () -> subscriber.onError(error);
    }
    if (sent == requested) {
      emitting = false;
      return null;
    }
    T item = items.get(sent++);
    return () -> subscriber.onNext(item);
  }
}
