/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint;

import java.nio.ByteBuffer;
import java.util.concurrent.Flow;

/** A body without bytes, which completes as soon as it is subscribed to. */
final class EmptyBody implements Flow.Publisher<ByteBuffer> {

  static final EmptyBody INSTANCE = new EmptyBody();

  private static final Flow.Subscription NOTHING_TO_REQUEST =
      new Flow.Subscription() {
        @Override
        public void request(long n) {
          // complete already
        }

        @Override
        public void cancel() {
          // complete already
        }
      };

  private EmptyBody() {}

  @Override
  public void subscribe(Flow.Subscriber<? super ByteBuffer> subscriber) {
    subscriber.onSubscribe(NOTHING_TO_REQUEST);
    subscriber.onComplete();
  }
}
