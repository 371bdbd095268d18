/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.itest.host;

import static org.awaitility.Awaitility.await;

import io.sluice.endpoint.ConsumeRequest;
import io.sluice.endpoint.Delivery;
import io.sluice.endpoint.Message;
import io.sluice.endpoint.MessageEndpoint;
import io.sluice.endpoint.Qos;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Flow;

/** Keeps the messages of a stream that is read at least once, and acknowledges each delivery. */
public final class Inbox implements Flow.Subscriber<Delivery> {

  private final List<Message> messages = new CopyOnWriteArrayList<>();
  private volatile String end;

  private Inbox() {}

  /** Subscribes to an endpoint. */
  public static Inbox of(MessageEndpoint endpoint) {
    Inbox inbox = new Inbox();
    endpoint.consume(ConsumeRequest.of(Qos.AT_LEAST_ONCE)).subscribe(inbox);
    return inbox;
  }

  /** Waits until so many messages have come, from the first on. */
  public List<Message> awaitMessages(int count) {
    await(count + " messages").until(() -> messages.size() >= count || end != null);
    if (end != null) {
      throw new AssertionError("the stream has ended: " + end);
    }
    return List.copyOf(messages);
  }

  /** Waits until a message with this payload has come. */
  public void awaitText(String text) {
    await(text).until(() -> messages.stream().anyMatch(message -> message.text().equals(text)));
  }

  @Override
  public void onSubscribe(Flow.Subscription subscription) {
    subscription.request(Long.MAX_VALUE);
  }

  @Override
  public void onNext(Delivery delivery) {
    messages.add(delivery.message());
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
