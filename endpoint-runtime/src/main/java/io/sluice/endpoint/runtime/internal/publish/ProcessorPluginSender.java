/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.runtime.internal.publish;

import io.sluice.endpoint.EndpointException;
import io.sluice.endpoint.ErrorCode;
import io.sluice.endpoint.Message;
import io.sluice.endpoint.Mode;
import io.sluice.endpoint.PublishRequest;
import io.sluice.endpoint.Receipt;
import io.sluice.endpoint.runtime.internal.control.DetachedException;
import io.sluice.endpoint.runtime.internal.generation.Generation;
import io.sluice.endpoint.support.concurrent.ContextClassLoader;
import io.sluice.endpoint.support.delivery.Demand;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * Sends messages into a processor of the plugin, as the processor requests them, so that the
 * plugin's own window holds back the publisher.
 *
 * <p>{@link #send} and {@link #finish} are called serially by the publisher's pump, {@link #open}
 * before them; signals of the processor come from any thread.
 */
final class ProcessorPluginSender implements PluginSender {

  private record Sent(Message message, Consumer<Receipt> outcome) {}

  private final Generation generation;
  private final AtomicLong demand = new AtomicLong();

  /** What the processor owes receipts for, in order (its receipts are in input order). */
  private final Queue<Sent> owed = new ConcurrentLinkedQueue<>();

  private volatile Flow.Subscriber<? super Message> input;
  private volatile EndpointException failure;
  private volatile Runnable ready = () -> {};

  ProcessorPluginSender(Generation generation) {
    this.generation = generation;
  }

  /** What to call when the sender becomes ready. */
  void whenReady(Runnable pump) {
    ready = pump;
  }

  /** Makes the plugin's processor and connects it. Calls the plugin. */
  void open(PublishRequest request) {
    Flow.Processor<Message, Receipt> processor =
        generation.messages(Mode.PUBLISH).publisher(request);
    input = processor;
    processor.subscribe(new Receipts());
    processor.onSubscribe(new Requests());
  }

  /** Ready too when it has failed: then messages are rejected at once. */
  @Override
  public boolean isReady() {
    return failure != null || demand.get() > 0;
  }

  @Override
  public void send(Message message, Consumer<Receipt> outcome) {
    Flow.Subscriber<? super Message> processor = input;
    if (failure != null || processor == null) {
      outcome.accept(Receipt.rejected(message, failureOr(ErrorCode.UNAVAILABLE, "is gone")));
      return;
    }
    if (demand.get() != Long.MAX_VALUE) {
      demand.decrementAndGet();
    }
    owed.add(new Sent(message, outcome));
    callPlugin(() -> processor.onNext(message));
    if (failure != null) {
      rejectOwed();
    }
  }

  @Override
  public void finish() {
    Flow.Subscriber<? super Message> processor = input;
    input = null;
    if (processor != null) {
      callPlugin(processor::onComplete);
    }
  }

  @Override
  public void detach() {
    input = null;
    owed.clear();
    ready = () -> {};
  }

  /** The processor cannot be used, now or any more. */
  void fail(EndpointException error) {
    if (failure == null) {
      failure = error;
    }
    rejectOwed();
    ready.run();
  }

  /** While the generation drains, what has no receipt is left to the next one. */
  private void rejectOwed() {
    if (generation.isDraining()) {
      return;
    }
    Sent next = owed.poll();
    while (next != null) {
      next.outcome.accept(Receipt.rejected(next.message, failure));
      next = owed.poll();
    }
  }

  private EndpointException failureOr(ErrorCode code, String what) {
    EndpointException known = failure;
    return known != null
        ? known
        : new DetachedException(code, "endpoint '" + generation.name() + "' " + what, true);
  }

  private void callPlugin(Runnable call) {
    ClassLoader previous = ContextClassLoader.enter(generation.loader());
    try {
      call.run();
    } catch (Throwable e) { // a plugin may throw anything
      fail(DetachedException.of(e));
    } finally {
      ContextClassLoader.leave(previous);
    }
  }

  /** What the processor sees upstream. */
  private final class Requests implements Flow.Subscription {

    @Override
    public void request(long n) {
      if (n <= 0) {
        fail(new DetachedException(ErrorCode.INTERNAL, "rule 3.9: request of " + n, false));
        return;
      }
      demand.accumulateAndGet(n, Demand::sum);
      ready.run();
    }

    @Override
    public void cancel() {
      fail(failureOr(ErrorCode.UNAVAILABLE, "takes no more messages"));
    }
  }

  /** What the processor sees downstream. */
  private final class Receipts implements Flow.Subscriber<Receipt> {

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
      subscription.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(Receipt receipt) {
      Objects.requireNonNull(receipt, "receipt");
      Sent oldest = owed.poll();
      if (oldest != null) {
        oldest.outcome.accept(receipt);
      }
    }

    @Override
    public void onError(Throwable error) {
      fail(DetachedException.of(Objects.requireNonNull(error, "error")));
    }

    @Override
    public void onComplete() {
      fail(failureOr(ErrorCode.UNAVAILABLE, "takes no more messages"));
    }
  }
}
