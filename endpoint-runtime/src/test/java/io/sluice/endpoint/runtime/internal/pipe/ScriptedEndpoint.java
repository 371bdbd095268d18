/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.runtime.internal.pipe;

import io.sluice.endpoint.Attributes;
import io.sluice.endpoint.ConsumeRequest;
import io.sluice.endpoint.Delivery;
import io.sluice.endpoint.EndpointException;
import io.sluice.endpoint.EndpointState;
import io.sluice.endpoint.EndpointStatus;
import io.sluice.endpoint.Message;
import io.sluice.endpoint.MessageEndpoint;
import io.sluice.endpoint.Mode;
import io.sluice.endpoint.Nack;
import io.sluice.endpoint.PublishRequest;
import io.sluice.endpoint.Receipt;
import io.sluice.endpoint.StatusListener;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.EnumSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicLong;

/**
 * An endpoint that does what a test tells it to, on the thread of the test: {@link #emit} delivers,
 * {@link #confirm} and {@link #reject} answer the oldest message.
 */
final class ScriptedEndpoint implements MessageEndpoint {

  private final String name;
  private final int window;
  final List<ConsumeRequest> consumed = new CopyOnWriteArrayList<>();
  final List<PublishRequest> published = new CopyOnWriteArrayList<>();
  final List<Message> received = new CopyOnWriteArrayList<>();
  volatile EndpointStatus status = EndpointStatus.builder(EndpointState.UP, Instant.now()).build();
  volatile Subscription subscription;
  volatile Processor processor;

  ScriptedEndpoint(String name, int window) {
    this.name = name;
    this.window = window;
  }

  ScriptedDelivery emit(String text) {
    return emit(Message.of(text));
  }

  ScriptedDelivery emit(Message message) {
    return emit(new ScriptedDelivery(message));
  }

  /** Delivers a message whose settlements go into a list that it shares with others. */
  ScriptedDelivery emit(String text, List<String> settled) {
    ScriptedDelivery delivery = new ScriptedDelivery(Message.of(text));
    delivery.onSettled = () -> settled.add(delivery.settlements.get(0) + " " + text);
    return emit(delivery);
  }

  private ScriptedDelivery emit(ScriptedDelivery delivery) {
    subscription.subscriber.onNext(delivery);
    return delivery;
  }

  void confirm() {
    processor.answer(null);
  }

  void reject(EndpointException error) {
    processor.answer(error);
  }

  @Override
  public Flow.Publisher<Delivery> consume(ConsumeRequest request) {
    return subscriber -> {
      consumed.add(request);
      subscription = new Subscription(subscriber);
      subscriber.onSubscribe(subscription);
    };
  }

  @Override
  public Flow.Processor<Message, Receipt> publisher(PublishRequest request) {
    published.add(request);
    processor = new Processor();
    return processor;
  }

  static final class ScriptedDelivery implements Delivery {
    final List<String> settlements = new CopyOnWriteArrayList<>();
    private final Message message;
    volatile Runnable onSettled = () -> {};
    volatile boolean settling;

    ScriptedDelivery(Message message) {
      this.message = message;
    }

    @Override
    public Message message() {
      return message;
    }

    @Override
    public void ack() {
      settled("ack");
    }

    @Override
    public void nack(Nack how) {
      settled(how.name());
    }

    private void settled(String how) {
      settlements.add(how);
      settling = true;
      onSettled.run();
    }
  }

  static final class Subscription implements Flow.Subscription {
    final Flow.Subscriber<? super Delivery> subscriber;
    final AtomicLong demand = new AtomicLong();
    volatile boolean cancelled;
    volatile Runnable onCancel = () -> {};

    Subscription(Flow.Subscriber<? super Delivery> subscriber) {
      this.subscriber = subscriber;
    }

    @Override
    public void request(long n) {
      demand.addAndGet(n);
    }

    @Override
    public void cancel() {
      cancelled = true;
      onCancel.run();
    }
  }

  final class Processor implements Flow.Processor<Message, Receipt> {
    private final Queue<Message> unanswered = new ArrayDeque<>();
    private Flow.Subscription upstream;
    private boolean upstreamComplete;
    Flow.Subscriber<? super Receipt> downstream;
    volatile boolean cancelled;

    @Override
    public void subscribe(Flow.Subscriber<? super Receipt> subscriber) {
      downstream = subscriber;
      subscriber.onSubscribe(
          new Flow.Subscription() {
            @Override
            public void request(long n) {
              // as fast as the test answers
            }

            @Override
            public void cancel() {
              cancelled = true;
            }
          });
    }

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
      upstream = subscription;
      subscription.request(window);
    }

    @Override
    public void onNext(Message message) {
      received.add(message);
      unanswered.add(message);
    }

    @Override
    public void onError(Throwable error) {
      throw new AssertionError(
          "a pipe completes the processor, so that receipts still come", error);
    }

    @Override
    public void onComplete() {
      upstreamComplete = true;
      completeWhenAnswered();
    }

    void answer(EndpointException error) {
      Message message = unanswered.remove();
      downstream.onNext(
          error == null
              ? Receipt.confirmed(message, Attributes.empty())
              : Receipt.rejected(message, error));
      upstream.request(1);
      completeWhenAnswered();
    }

    private void completeWhenAnswered() {
      if (upstreamComplete && unanswered.isEmpty()) {
        downstream.onComplete();
      }
    }
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Set<Mode> modes() {
    return EnumSet.of(Mode.CONSUME, Mode.PUBLISH);
  }

  @Override
  public EndpointStatus status() {
    return status;
  }

  @Override
  public CompletionStage<Void> start() {
    return CompletableFuture.completedStage(null);
  }

  @Override
  public CompletionStage<Receipt> publish(Message message) {
    throw new UnsupportedOperationException("a pipe publishes through the processor");
  }

  @Override
  public void addStatusListener(StatusListener listener) {
    // the pipe is told by the registry
  }

  @Override
  public void removeStatusListener(StatusListener listener) {
    // the pipe is told by the registry
  }

  @Override
  public CompletionStage<Void> stop(Duration drain) {
    throw new UnsupportedOperationException("a pipe leaves its endpoints alone");
  }

  @Override
  public void close() {
    throw new UnsupportedOperationException("a pipe leaves its endpoints alone");
  }
}
