/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.itest.host;

import static org.awaitility.Awaitility.await;

import io.sluice.endpoint.ConsumeRequest;
import io.sluice.endpoint.Delivery;
import io.sluice.endpoint.MessageEndpoint;
import io.sluice.endpoint.Qos;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Flow;

/** Takes messages one by one, at least once, and never settles them. */
public final class Holder implements Flow.Subscriber<Delivery> {

  private final List<Delivery> held = new CopyOnWriteArrayList<>();
  private volatile Flow.Subscription subscription;

  private Holder() {}

  /** Subscribes to an endpoint. */
  public static Holder of(MessageEndpoint endpoint) {
    Holder holder = new Holder();
    endpoint.consume(ConsumeRequest.of(Qos.AT_LEAST_ONCE)).subscribe(holder);
    return holder;
  }

  /** Takes one more message; returns when it has come. */
  public void take() {
    int before = held.size();
    subscription.request(1);
    await("one more message").until(() -> held.size() > before);
  }

  @Override
  public void onSubscribe(Flow.Subscription subscription) {
    this.subscription = subscription;
  }

  @Override
  public void onNext(Delivery delivery) {
    held.add(delivery);
  }

  @Override
  public void onError(Throwable error) {
    throw new AssertionError(error);
  }

  @Override
  public void onComplete() {
    // the host ends
  }
}
