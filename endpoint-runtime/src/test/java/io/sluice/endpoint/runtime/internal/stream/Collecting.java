/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.runtime.internal.stream;

import io.sluice.endpoint.Delivery;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** A host's subscriber that keeps what it gets and checks that signals are serial. */
public final class Collecting implements Flow.Subscriber<Delivery> {

  public final List<Delivery> deliveries = new CopyOnWriteArrayList<>();
  public final List<ClassLoader> loaders = new CopyOnWriteArrayList<>();
  public volatile Flow.Subscription subscription;
  public volatile Throwable error;
  public volatile boolean completed;

  /** Signals that came while another was under way, after the end, or too many. */
  public final AtomicInteger violations = new AtomicInteger();

  private final AtomicInteger inside = new AtomicInteger();
  private final long demand;
  private final Consumer<Delivery> action;

  /** Requests so much at once; the action runs in each onNext. */
  public Collecting(long demand, Consumer<Delivery> action) {
    this.demand = demand;
    this.action = action;
  }

  /** The positions of the messages, in the order of their delivery. */
  public List<Long> positions() {
    return deliveries.stream().map(d -> Long.parseLong(d.message().text())).toList();
  }

  @Override
  public void onSubscribe(Flow.Subscription offered) {
    signal(
        () -> {
          subscription = offered;
          if (demand > 0) {
            offered.request(demand);
          }
        });
  }

  @Override
  public void onNext(Delivery delivery) {
    signal(
        () -> {
          deliveries.add(delivery);
          action.accept(delivery);
        });
  }

  @Override
  public void onError(Throwable thrown) {
    signal(() -> error = thrown);
  }

  @Override
  public void onComplete() {
    signal(() -> completed = true);
  }

  private void signal(Runnable reaction) {
    if (inside.getAndIncrement() != 0 || completed || error != null) {
      violations.incrementAndGet();
    }
    loaders.add(
        Thread.currentThread().getContextClassLoader() == null
            ? ClassLoader.getPlatformClassLoader()
            : Thread.currentThread().getContextClassLoader());
    try {
      reaction.run();
    } finally {
      inside.decrementAndGet();
    }
  }
}
