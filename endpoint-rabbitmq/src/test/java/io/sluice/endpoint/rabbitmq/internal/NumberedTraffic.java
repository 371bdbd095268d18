/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.rabbitmq.internal;

import static io.sluice.endpoint.rabbitmq.internal.RabbitmqFixture.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.endpoint.ConsumeRequest;
import io.sluice.endpoint.Delivery;
import io.sluice.endpoint.Message;
import io.sluice.endpoint.MessageEndpoint;
import io.sluice.endpoint.PublishRequest;
import io.sluice.endpoint.Qos;
import io.sluice.endpoint.Receipt;
import java.util.BitSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Flow;
import java.util.concurrent.SubmissionPublisher;

/** Publishes numbers to an endpoint and reads them from it, at least once, until it is closed. */
final class NumberedTraffic implements AutoCloseable {

  private static final int BUFFER = 256;

  private final BitSet confirmed = new BitSet();
  private final BitSet received = new BitSet();
  private final ExecutorService thread = Executors.newSingleThreadExecutor();
  private final SubmissionPublisher<Message> numbers = new SubmissionPublisher<>(thread, BUFFER);
  private final Receipts receipts = new Receipts();
  private final Reader reader = new Reader();
  private final Thread publisher;
  private int repeated;
  private Receipt rejected;
  private volatile boolean publishing = true;

  /** The consumer comes first, so that its queue gets everything. */
  NumberedTraffic(MessageEndpoint endpoint) {
    RabbitmqFixture.consume(endpoint, ConsumeRequest.of(Qos.AT_LEAST_ONCE), reader);
    Flow.Processor<Message, Receipt> processor = endpoint.publisher(PublishRequest.defaults());
    processor.subscribe(receipts);
    numbers.subscribe(processor);
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
    assertThat(rejected).as("rejected").isNull();
    eventually().untilAsserted(() -> assertThat(missing().cardinality()).as("lost").isZero());
  }

  private synchronized BitSet missing() {
    BitSet missing = (BitSet) confirmed.clone();
    missing.andNot(received);
    return missing;
  }

  /** How many different numbers have come. */
  synchronized int received() {
    return received.cardinality();
  }

  /** How many deliveries brought a number that had come before. */
  synchronized int repeated() {
    return repeated;
  }

  @Override
  public void close() {
    publishing = false;
    numbers.close();
    reader.cancel();
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
      synchronized (NumberedTraffic.this) {
        if (receipt.isConfirmed()) {
          confirmed.set(Integer.parseInt(receipt.message().text()));
        } else {
          rejected = receipt;
        }
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
  private final class Reader implements Flow.Subscriber<Delivery> {

    private volatile Flow.Subscription upstream;

    @Override
    public void onSubscribe(Flow.Subscription offered) {
      upstream = offered;
      offered.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(Delivery delivery) {
      int number = Integer.parseInt(delivery.message().text());
      synchronized (NumberedTraffic.this) {
        if (received.get(number)) {
          repeated++;
        }
        received.set(number);
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

    void cancel() {
      upstream.cancel();
    }
  }
}
