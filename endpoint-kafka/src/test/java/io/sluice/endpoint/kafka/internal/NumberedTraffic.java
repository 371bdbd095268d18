/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.kafka.internal;

import static io.sluice.endpoint.kafka.internal.KafkaFixture.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.endpoint.ConsumeRequest;
import io.sluice.endpoint.Delivery;
import io.sluice.endpoint.Message;
import io.sluice.endpoint.PublishRequest;
import io.sluice.endpoint.Qos;
import io.sluice.endpoint.Receipt;
import java.util.BitSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Flow;
import java.util.concurrent.SubmissionPublisher;
import java.util.concurrent.atomic.AtomicInteger;

/** Publishes numbers to an endpoint and reads them from it, at least once, until it is closed. */
final class NumberedTraffic implements AutoCloseable {

  private static final int BUFFER = 256;

  private final BitSet confirmed = new BitSet();
  private final BitSet received = new BitSet();
  private final AtomicInteger rejected = new AtomicInteger();
  private final ExecutorService thread = Executors.newSingleThreadExecutor();
  private final SubmissionPublisher<Message> numbers = new SubmissionPublisher<>(thread, BUFFER);
  private final Receipts receipts = new Receipts();
  private final Flow.Subscription subscription;
  private final Thread publisher;
  private volatile boolean publishing = true;

  NumberedTraffic(KafkaEndpoint endpoint) {
    Flow.Processor<Message, Receipt> processor = endpoint.publisher(PublishRequest.defaults());
    processor.subscribe(receipts);
    numbers.subscribe(processor);
    Reader reader = new Reader();
    endpoint.consume(ConsumeRequest.of(Qos.AT_LEAST_ONCE)).subscribe(reader);
    subscription = reader;
    publisher = new Thread(this::publish, "numbers");
    publisher.start();
  }

  /** Waits until so many more have come than until now. */
  void awaitMore(int count) {
    int before = received();
    eventually().until(() -> received() >= before + count);
  }

  /** Publishes nothing more, and waits for the receipts. */
  void stopPublishing() {
    publishing = false;
    try {
      publisher.join();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
    numbers.close();
    eventually().until(receipts.completed::isDone);
    receipts.completed.join();
  }

  /** Waits until everything confirmed was received. */
  void assertNothingLost() {
    assertThat(rejected).as("rejected").hasValue(0);
    eventually()
        .untilAsserted(
            () -> {
              BitSet missing;
              synchronized (this) {
                missing = (BitSet) confirmed.clone();
                missing.andNot(received);
              }
              assertThat(missing.cardinality()).as("lost").isZero();
            });
  }

  private synchronized int received() {
    return received.cardinality();
  }

  @Override
  public void close() {
    publishing = false;
    numbers.close();
    subscription.cancel();
    thread.shutdownNow();
    publisher.interrupt();
  }

  private void publish() {
    for (int i = 0; publishing; i++) {
      numbers.submit(Message.of(Integer.toString(i))); // waits when the endpoint asks for no more
    }
  }

  /** Keeps numbers and no receipts: there are many. */
  private final class Receipts implements Flow.Subscriber<Receipt> {

    private final CompletableFuture<Void> completed = new CompletableFuture<>();

    @Override
    public void onSubscribe(Flow.Subscription offered) {
      offered.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(Receipt receipt) {
      if (receipt.isConfirmed()) {
        synchronized (NumberedTraffic.this) {
          confirmed.set(Integer.parseInt(receipt.message().text()));
        }
      } else {
        rejected.incrementAndGet();
      }
    }

    @Override
    public void onError(Throwable error) {
      completed.completeExceptionally(error);
    }

    @Override
    public void onComplete() {
      completed.complete(null);
    }
  }

  /** Keeps numbers and no messages. */
  private final class Reader implements Flow.Subscriber<Delivery>, Flow.Subscription {

    private volatile Flow.Subscription upstream;

    @Override
    public void onSubscribe(Flow.Subscription offered) {
      upstream = offered;
      offered.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(Delivery delivery) {
      synchronized (NumberedTraffic.this) {
        received.set(Integer.parseInt(delivery.message().text()));
      }
      delivery.ack();
    }

    @Override
    public void onError(Throwable error) {
      throw new AssertionError("the stream failed", error);
    }

    @Override
    public void onComplete() {
      // the endpoint was stopped
    }

    @Override
    public void request(long n) {
      upstream.request(n);
    }

    @Override
    public void cancel() {
      upstream.cancel();
    }
  }
}
