/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.host.http;

import io.sluice.endpoint.ConsumeRequest;
import io.sluice.endpoint.Delivery;
import io.sluice.endpoint.EndpointException;
import io.sluice.endpoint.Message;
import io.sluice.endpoint.MessageEndpoint;
import io.sluice.endpoint.Mode;
import io.sluice.endpoint.Nack;
import io.sluice.endpoint.PublishRequest;
import io.sluice.endpoint.Receipt;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.LongFunction;

/**
 * Delivers made-up messages as fast as they are asked for, up to a number, on a thread of its own;
 * remembers what was asked, acked and published.
 */
final class FakeMessageEndpoint extends FakeEndpoint implements MessageEndpoint {

  final List<ConsumeRequest> requests = new CopyOnWriteArrayList<>();
  final List<Message> published = new CopyOnWriteArrayList<>();
  final AtomicLong delivered = new AtomicLong();
  final AtomicLong acked = new AtomicLong();
  final AtomicLong cancelled = new AtomicLong();
  volatile LongFunction<Message> messages = FakeMessageEndpoint::message;
  volatile long count = Long.MAX_VALUE;
  volatile boolean completes;
  volatile EndpointException refusal;
  volatile EndpointException failure;
  volatile Function<Message, Receipt> receipts =
      message -> Receipt.confirmed(message, message.attributes());

  private final List<Source> sources = new CopyOnWriteArrayList<>();
  private final ExecutorService thread =
      Executors.newCachedThreadPool(
          task -> {
            Thread made = new Thread(task, "fake");
            made.setDaemon(true);
            return made;
          });

  FakeMessageEndpoint(String name) {
    super(name, Set.of(Mode.CONSUME, Mode.PUBLISH));
  }

  static Message message(long index) {
    return Message.builder()
        .id(Long.toString(index))
        .text("message " + index)
        .header("index", index)
        .build();
  }

  @Override
  public Flow.Publisher<Delivery> consume(ConsumeRequest request) {
    requests.add(request);
    return subscriber -> {
      Source source = new Source(subscriber);
      sources.add(source);
      subscriber.onSubscribe(source);
      if (refusal != null) {
        subscriber.onError(refusal);
      }
    };
  }

  /** Lets open subscriptions deliver up to a larger number. */
  void release(long newCount) {
    count = newCount;
    sources.forEach(source -> source.request(0));
  }

  @Override
  public CompletionStage<Receipt> publish(Message message) {
    published.add(message);
    return CompletableFuture.supplyAsync(() -> receipts.apply(message), thread);
  }

  @Override
  public Flow.Processor<Message, Receipt> publisher(PublishRequest request) {
    throw new UnsupportedOperationException("not used by the HTTP face");
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }

  private final class Source implements Flow.Subscription {

    private final Flow.Subscriber<? super Delivery> subscriber;
    private long demand;
    private long next;
    private boolean running;
    private boolean over;

    Source(Flow.Subscriber<? super Delivery> subscriber) {
      this.subscriber = subscriber;
    }

    @Override
    public synchronized void request(long n) {
      demand += n;
      if (!running && !over && refusal == null) {
        running = true;
        thread.execute(this::deliver);
      }
    }

    @Override
    public synchronized void cancel() {
      if (!over) {
        over = true;
        cancelled.incrementAndGet();
      }
    }

    private void deliver() {
      while (takes()) {
        Message message = messages.apply(next++);
        delivered.incrementAndGet();
        subscriber.onNext(new Counted(message));
      }
    }

    private synchronized boolean takes() {
      if (!over && next == count && (completes || failure != null)) {
        over = true;
        if (failure == null) {
          subscriber.onComplete();
        } else {
          subscriber.onError(failure);
        }
      }
      boolean more = !over && demand > 0 && next < count;
      demand -= more ? 1 : 0;
      running = more;
      return more;
    }
  }

  private final class Counted implements Delivery {

    private final Message message;

    Counted(Message message) {
      this.message = message;
    }

    @Override
    public Message message() {
      return message;
    }

    @Override
    public void ack() {
      acked.incrementAndGet();
    }

    @Override
    public void nack(Nack how) {
      throw new AssertionError("the HTTP face never refuses a message");
    }
  }
}
