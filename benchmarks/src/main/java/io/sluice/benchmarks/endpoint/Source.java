/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.benchmarks.endpoint;

import io.sluice.endpoint.Message;
import java.util.concurrent.Flow;

/**
 * Sends so many messages, on the thread that requests: the subscription of one subscriber who never
 * requests concurrently.
 */
final class Source implements Flow.Subscription {

  private final Flow.Subscriber<? super Message> subscriber;
  private final byte[] payload;
  private long left;
  private long demand;
  private boolean sending;

  Source(Flow.Subscriber<? super Message> subscriber, byte[] payload, long messages) {
    this.subscriber = subscriber;
    this.payload = payload;
    this.left = messages;
  }

  @Override
  public void request(long n) {
    demand += n;
    if (sending) {
      return;
    }
    sending = true;
    while (demand > 0 && left > 0) {
      demand--;
      left--;
      subscriber.onNext(Message.of(payload));
      if (left == 0) {
        subscriber.onComplete();
      }
    }
    sending = false;
  }

  @Override
  public void cancel() {
    left = 0;
  }
}
