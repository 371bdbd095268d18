/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.host.http;

import java.nio.ByteBuffer;
import java.util.concurrent.Flow;

/** Cancels a body that is not read. */
final class CancellingSubscriber implements Flow.Subscriber<ByteBuffer> {

  @Override
  public void onSubscribe(Flow.Subscription subscription) {
    subscription.cancel();
  }

  @Override
  public void onNext(ByteBuffer bytes) {
    // may come until the cancellation has arrived
  }

  @Override
  public void onError(Throwable failure) {
    // the reader has gone
  }

  @Override
  public void onComplete() {
    // nothing to do
  }
}
