/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.tck;

import io.sluice.endpoint.EndpointException;
import io.sluice.endpoint.Message;
import io.sluice.endpoint.Receipt;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;

/** Publishes by a {@link MemoryEndpoint}. Its state is guarded by this. */
final class MemoryProcessor implements Flow.Processor<Message, Receipt> {

  private final MemoryEndpoint endpoint;
  private final EndpointException refusal;
  private final Bug bug;
  private final Deque<CompletableFuture<Receipt>> slots = new ArrayDeque<>();
  private Flow.Subscription upstream;
  private Flow.Subscriber<? super Receipt> downstream;
  private Throwable error;
  private long demand;
  private boolean inputEnded;
  private boolean ended;
  private boolean emitting;
  private boolean subscribed;

  MemoryProcessor(MemoryEndpoint endpoint, EndpointException refusal, Bug bug) {
    this.endpoint = endpoint;
    this.refusal = refusal;
    this.bug = bug;
  }

  @Override
  public void onSubscribe(Flow.Subscription subscription) {
    Objects.requireNonNull(subscription);
    synchronized (this) {
      if (upstream != null || ended) {
        subscription.cancel();
        return;
      }
      upstream = subscription;
    }
    subscription.request(bug == Bug.UNBOUNDED_INPUT ? Long.MAX_VALUE : endpoint.window());
  }

  @Override
  public void onNext(Message message) {
    if (message == null && bug == Bug.ACCEPTS_NULL) {
      return;
    }
    Objects.requireNonNull(message);
    CompletableFuture<Receipt> slot;
    synchronized (this) {
      slot =
          refusal == null
              ? endpoint.publish(message).toCompletableFuture()
              : CompletableFuture.completedFuture(Receipt.rejected(message, refusal));
      if (bug == Bug.RECEIPTS_OUT_OF_ORDER && slots.size() == 1) {
        slots.addFirst(slot);
      } else {
        slots.addLast(slot);
      }
    }
    slot.whenComplete((receipt, failure) -> endpoint.execute(this::emit));
  }

  @Override
  public void onError(Throwable throwable) {
    Objects.requireNonNull(throwable);
    synchronized (this) {
      error = bug == Bug.SWALLOWS_INPUT_ERROR ? null : throwable;
      inputEnded = true;
    }
    endpoint.execute(this::emit);
  }

  @Override
  public void onComplete() {
    synchronized (this) {
      inputEnded = true;
    }
    endpoint.execute(this::emit);
  }

  @Override
  public void subscribe(Flow.Subscriber<? super Receipt> subscriber) {
    Objects.requireNonNull(subscriber);
    boolean first;
    synchronized (this) {
      first = !subscribed;
      subscribed = true;
    }
    endpoint.execute(
        () -> {
          subscriber.onSubscribe(new Receipts(first));
          if (first) {
            synchronized (this) {
              downstream = subscriber;
            }
            emit();
          } else {
            subscriber.onError(new IllegalStateException("a processor serves one subscriber"));
          }
        });
  }

  private final class Receipts implements Flow.Subscription {

    private final boolean live;

    Receipts(boolean live) {
      this.live = live;
    }

    @Override
    public void request(long count) {
      if (!live) {
        return;
      }
      synchronized (MemoryProcessor.this) {
        if (count <= 0) {
          error = new IllegalArgumentException("rule 3.9: " + count);
          slots.clear();
          inputEnded = true;
        } else {
          demand = demand + count < 0 ? Long.MAX_VALUE : demand + count;
        }
      }
      endpoint.execute(MemoryProcessor.this::emit);
    }

    @Override
    public void cancel() {
      Flow.Subscription input;
      synchronized (MemoryProcessor.this) {
        input = upstream;
        if (live) {
          ended = true;
          downstream = null;
        }
      }
      if (live && input != null && bug != Bug.KEEPS_INPUT) {
        input.cancel();
      }
    }
  }

  private void emit() {
    synchronized (this) {
      if (emitting) {
        return;
      }
      emitting = true;
    }
    for (Runnable signal = next(); signal != null; signal = next()) {
      signal.run();
    }
  }

  private synchronized Runnable next() {
    if (downstream != null && !ended) {
      if (slots.isEmpty() && inputEnded) {
        ended = true;
        Throwable failure = error;
        Flow.Subscriber<? super Receipt> target = downstream;
        return failure == null ? target::onComplete : () -> target.onError(failure);
      }
      boolean asked = demand > 0 && !isCollecting() || bug == Bug.RECEIPTS_UNASKED;
      if (asked && !slots.isEmpty() && slots.peekFirst().isDone()) {
        Receipt receipt = slots.pollFirst().join();
        demand = demand == Long.MAX_VALUE ? demand : demand - 1;
        Flow.Subscriber<? super Receipt> target = downstream;
        return () -> signal(target, receipt);
      }
    }
    emitting = false;
    return null;
  }

  /** Whether there may still come a receipt to be put before the others. */
  private boolean isCollecting() {
    return bug == Bug.RECEIPTS_OUT_OF_ORDER && !inputEnded;
  }

  private void signal(Flow.Subscriber<? super Receipt> target, Receipt receipt) {
    if (bug == Bug.REFUSAL_IS_ERROR && !receipt.isConfirmed()) {
      synchronized (this) {
        ended = true;
      }
      target.onError(receipt.error().orElseThrow());
      return;
    }
    target.onNext(receipt);
    upstream.request(1);
  }
}
