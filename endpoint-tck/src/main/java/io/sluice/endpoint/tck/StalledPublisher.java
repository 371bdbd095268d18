/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.tck;

import java.util.concurrent.Flow;

/** Has one subscriber at most, sends it nothing and never ends. Safe for use by many threads. */
final class StalledPublisher<T> implements Flow.Publisher<T> {

  private volatile boolean subscribed;
  private volatile boolean cancelled;

  @Override
  public void subscribe(Flow.Subscriber<? super T> subscriber) {
    subscribed = true;
    subscriber.onSubscribe(
        new Flow.Subscription() {
          @Override
          public void request(long count) {
            // there is nothing
          }

          @Override
          public void cancel() {
            cancelled = true;
          }
        });
  }

  /** Whether a subscriber waits for it. */
  boolean isAwaited() {
    return subscribed && !cancelled;
  }
}
