/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.exchange;

import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicBoolean;

/** A body of fixed bytes, in one buffer; signals on the thread that requests. */
public final class BytesBody implements Flow.Publisher<ByteBuffer> {

  private final byte[] bytes;

  /** A body of bytes that are not written to any more; at least one. */
  public BytesBody(byte[] bytes) {
    this.bytes = bytes;
  }

  @Override
  public void subscribe(Flow.Subscriber<? super ByteBuffer> subscriber) {
    Objects.requireNonNull(subscriber, "subscriber");
    subscriber.onSubscribe(new OneBuffer(subscriber));
  }

  private final class OneBuffer implements Flow.Subscription {

    private final Flow.Subscriber<? super ByteBuffer> subscriber;
    private final AtomicBoolean ended = new AtomicBoolean();
    private volatile boolean cancelled;

    OneBuffer(Flow.Subscriber<? super ByteBuffer> subscriber) {
      this.subscriber = subscriber;
    }

    @Override
    public void request(long n) {
      if (!ended.compareAndSet(false, true)) {
        return;
      }
      if (n <= 0) {
        subscriber.onError(new IllegalArgumentException("rule 3.9: requested " + n));
        return;
      }
      subscriber.onNext(ByteBuffer.wrap(bytes).asReadOnlyBuffer());
      if (!cancelled) {
        subscriber.onComplete();
      }
    }

    @Override
    public void cancel() {
      cancelled = true;
      ended.set(true);
    }
  }
}
