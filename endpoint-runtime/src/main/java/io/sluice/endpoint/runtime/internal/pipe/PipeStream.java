/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.runtime.internal.pipe;

import io.sluice.endpoint.Delivery;
import io.sluice.endpoint.Message;
import io.sluice.endpoint.Qos;
import io.sluice.endpoint.Receipt;
import io.sluice.endpoint.runtime.internal.stream.UncountedRequeue;
import io.sluice.endpoint.support.delivery.Demand;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One run of a pipe, from its subscription to its end: hands deliveries of the source to the
 * target's processor and settles each when its receipt comes. Receipts come in the order of the
 * messages, so that a queue pairs them. The processor's demand is passed on to the source, which
 * bounds the queue by the target's in-flight window; in a pause it is kept.
 *
 * <p>Deliveries arrive on the source's thread and receipts on the target's, each serially; the
 * methods may be called by any.
 */
final class PipeStream {

  /** Hears of a stream's beginning and end, on the threads that deliver. */
  interface Listener {

    /** The source has accepted the subscription. */
    void opened(PipeStream stream);

    /** Nothing is under way any more: called once, with the error unless it ended regularly. */
    void ended(PipeStream stream, Optional<Throwable> error);
  }

  private final Flow.Processor<Message, Receipt> target;
  private final PassedAttributes attributes;
  private final PipeSettlement settlement;
  private final TargetPause pause;
  private final Listener listener;
  private final Queue<Delivery> underWay = new ConcurrentLinkedQueue<>();

  /** What came while the stream stopped; it goes back at its end. */
  private final Queue<Delivery> late = new ConcurrentLinkedQueue<>();

  private final Qos qos;
  private final Intake intake = new Intake();
  private final Receipts receipts = new Receipts();
  private final AtomicBoolean ended = new AtomicBoolean();
  private volatile boolean stopping;

  PipeStream(
      Flow.Processor<Message, Receipt> target,
      Qos qos,
      PassedAttributes attributes,
      PipeSettlement settlement,
      TargetPause pause,
      Listener listener) {
    this.target = target;
    this.qos = qos;
    this.attributes = attributes;
    this.settlement = settlement;
    this.pause = pause;
    this.listener = listener;
  }

  /** Joins the source to the target. */
  void open(Flow.Publisher<Delivery> source) {
    try {
      target.subscribe(receipts);
      source.subscribe(intake);
    } catch (RuntimeException e) {
      end(Optional.of(e));
    }
  }

  /**
   * Takes no more from the source, and ends when what is under way has been settled. Where that is
   * awaited the subscription lasts until then: the source gives what is unsettled a time of its own
   * after the cancellation.
   */
  void stop() {
    stopping = true;
    if (qos != Qos.AT_LEAST_ONCE) {
      intake.cancel();
    }
    endIfIdle();
  }

  /**
   * Ends now; what is under way goes back to the source, which delivers it again. A second call
   * ends a stream whose source blocks in {@code cancel}.
   */
  void finish() {
    end(Optional.empty());
  }

  /** Passes on the demand of the pause that is over. */
  void resume() {
    intake.passOn();
  }

  /** How many messages the target has not answered. */
  int underWay() {
    return underWay.size();
  }

  private void endIfIdle() {
    if (stopping && underWay.isEmpty()) {
      end(Optional.empty());
    }
  }

  private void end(Optional<Throwable> error) {
    stopping = true;
    intake.cancel(); // the first call may block
    if (ended.compareAndSet(false, true)) {
      receipts.upstream.cancel();
      listener.ended(this, error);
      giveBack(underWay);
      giveBack(late);
    }
  }

  private void giveBack(Queue<Delivery> deliveries) {
    for (Delivery next = deliveries.poll(); next != null; next = deliveries.poll()) {
      if (qos == Qos.AT_LEAST_ONCE) {
        UncountedRequeue.of(next);
      }
    }
  }

  /**
   * The pipe does not take a delivery any more.
   *
   * @throws CancellationException under {@code AUTO}, so that the source does not settle it
   */
  private void refuse(Delivery delivery) {
    if (qos == Qos.AUTO) {
      intake.cancel(); // the source must know why
      throw new CancellationException("the pipe has stopped; the delivery was not taken");
    }
    late.add(delivery);
    if (ended.get()) {
      giveBack(late);
    }
  }

  /** The source's subscriber, and the subscription by which the target asks for more. */
  private final class Intake implements Flow.Subscriber<Delivery>, Flow.Subscription {

    private final SingleSubscription upstream = new SingleSubscription();
    private final AtomicLong demand = new AtomicLong();
    private volatile Throwable error;

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
      if (upstream.accept(subscription)) {
        listener.opened(PipeStream.this);
        target.onSubscribe(this);
      }
    }

    @Override
    public void request(long n) {
      demand.accumulateAndGet(n, Demand::sum);
      passOn();
    }

    private void passOn() {
      if (pause.isActive()) {
        return; // asked again when it is over
      }
      long due = demand.getAndSet(0);
      if (due != 0) {
        upstream.request(due);
      }
    }

    @Override
    public void cancel() {
      upstream.cancel();
    }

    @Override
    public void onNext(Delivery delivery) {
      if (stopping) {
        refuse(delivery); // some may still come, even after cancel (rule 2.8)
        return;
      }
      Message message = delivery.message();
      settlement.consumed(message);
      underWay.add(delivery);
      target.onNext(attributes.of(message));
    }

    @Override
    public void onError(Throwable cause) {
      error = cause;
      onComplete();
    }

    /** The target gets the chance to confirm what is under way. */
    @Override
    public void onComplete() {
      if (!stopping) {
        target.onComplete();
      }
    }
  }

  /** The target's subscriber. */
  private final class Receipts implements Flow.Subscriber<Receipt> {

    private final SingleSubscription upstream = new SingleSubscription();

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
      if (upstream.accept(subscription)) {
        subscription.request(Long.MAX_VALUE);
      }
    }

    @Override
    public void onNext(Receipt receipt) {
      Delivery delivery = underWay.poll();
      if (delivery == null) {
        return; // ended meanwhile
      }
      settlement.settle(delivery, receipt);
      endIfIdle();
    }

    @Override
    public void onError(Throwable cause) {
      end(Optional.of(cause));
    }

    @Override
    public void onComplete() {
      end(Optional.ofNullable(intake.error));
    }
  }
}
