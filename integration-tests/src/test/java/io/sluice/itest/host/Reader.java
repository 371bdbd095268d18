/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.itest.host;

import static org.awaitility.Awaitility.await;

import io.sluice.endpoint.ConsumeRequest;
import io.sluice.endpoint.Delivery;
import io.sluice.endpoint.Message;
import io.sluice.endpoint.MessageEndpoint;
import io.sluice.endpoint.Qos;
import java.util.concurrent.Flow;
import java.util.function.ToIntFunction;

/**
 * Reads a stream of numbered messages at least once, acknowledges each delivery and keeps account
 * of the numbers. Signals are serial; anybody may ask.
 */
public final class Reader implements Flow.Subscriber<Delivery> {

  private final ToIntFunction<Message> number;
  private final ReceivedIds ids = new ReceivedIds();
  private volatile String lastText = "";
  private volatile Flow.Subscription subscription;
  private volatile String end;

  private Reader(ToIntFunction<Message> number) {
    this.number = number;
  }

  /** Subscribes to a mock endpoint, whose ids count from 0. */
  public static Reader of(MessageEndpoint endpoint) {
    return of(endpoint, message -> Integer.parseInt(message.id().orElseThrow()));
  }

  /** Subscribes to an endpoint whose messages are numbered. */
  public static Reader of(MessageEndpoint endpoint, ToIntFunction<Message> number) {
    Reader reader = new Reader(number);
    endpoint.consume(ConsumeRequest.of(Qos.AT_LEAST_ONCE)).subscribe(reader);
    return reader;
  }

  /** Waits until so many more messages have come than until now. */
  public void awaitMore(int messages) {
    long goal = ids.received() + messages;
    await(messages + " more messages").until(() -> ids.received() >= goal || end != null);
    if (end != null) {
      throw new AssertionError("the stream has ended: " + end);
    }
  }

  /** Waits until each of the numbers below this one has come. */
  public void awaitAll(int count) {
    await("all of " + count + " messages").until(() -> ids.holdsAll(count) || end != null);
    if (end != null) {
      throw new AssertionError("the stream has ended: " + end);
    }
  }

  /** The numbers that have come. */
  public ReceivedIds ids() {
    return ids;
  }

  /** The payload that came last. */
  public String lastText() {
    return lastText;
  }

  /** How the stream has ended: {@code complete} or the error; null while it is open. */
  public String end() {
    return end;
  }

  /** Cancels. */
  public void cancel() {
    subscription.cancel();
  }

  @Override
  public void onSubscribe(Flow.Subscription subscription) {
    this.subscription = subscription;
    subscription.request(Long.MAX_VALUE);
  }

  @Override
  public void onNext(Delivery delivery) {
    lastText = delivery.message().text();
    ids.add(number.applyAsInt(delivery.message()));
    delivery.ack();
  }

  @Override
  public void onError(Throwable error) {
    end = error.toString();
  }

  @Override
  public void onComplete() {
    end = "complete";
  }
}
