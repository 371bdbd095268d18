/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.runtime.internal.publish;

import io.sluice.endpoint.EndpointException;
import io.sluice.endpoint.Message;
import io.sluice.endpoint.Receipt;
import io.sluice.endpoint.support.publishing.PublishingProcessor;
import java.util.Objects;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The processor that a host publishes through. It outlives generations, and tells when the host has
 * done with it.
 */
final class HostProcessor implements Flow.Processor<Message, Receipt> {

  private final PublishingProcessor processor;
  private final Runnable done;
  private final AtomicBoolean subscribed = new AtomicBoolean();

  /**
   * A processor.
   *
   * @param done runs when the last signal was passed downstream, or downstream has cancelled
   */
  HostProcessor(PublishingProcessor processor, Runnable done) {
    this.processor = processor;
    this.done = done;
  }

  /** Ends the processor after the receipts of what it has sent. */
  void fail(EndpointException error) {
    processor.fail(error);
  }

  @Override
  public void subscribe(Flow.Subscriber<? super Receipt> subscriber) {
    Objects.requireNonNull(subscriber, "subscriber");
    processor.subscribe(
        subscribed.compareAndSet(false, true) ? new Watched(subscriber) : subscriber);
  }

  @Override
  public void onSubscribe(Flow.Subscription subscription) {
    processor.onSubscribe(subscription);
  }

  @Override
  public void onNext(Message message) {
    processor.onNext(message);
  }

  @Override
  public void onError(Throwable error) {
    processor.onError(error);
  }

  @Override
  public void onComplete() {
    processor.onComplete();
  }

  /** The processor's one subscriber, watched for its end. */
  private final class Watched implements Flow.Subscriber<Receipt>, Flow.Subscription {

    private final Flow.Subscriber<? super Receipt> subscriber;
    private Flow.Subscription subscription;

    Watched(Flow.Subscriber<? super Receipt> subscriber) {
      this.subscriber = subscriber;
    }

    @Override
    public void onSubscribe(Flow.Subscription offered) {
      subscription = offered;
      subscriber.onSubscribe(this);
    }

    @Override
    public void onNext(Receipt receipt) {
      subscriber.onNext(receipt);
    }

    @Override
    public void onError(Throwable error) {
      subscriber.onError(error);
      done.run();
    }

    @Override
    public void onComplete() {
      subscriber.onComplete();
      done.run();
    }

    @Override
    public void request(long n) {
      subscription.request(n);
    }

    @Override
    public void cancel() {
      subscription.cancel();
      done.run();
    }
  }
}
