/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.runtime.internal.exchange;

import io.sluice.endpoint.EndpointException;
import io.sluice.endpoint.ErrorCode;
import io.sluice.endpoint.runtime.internal.control.DetachedException;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.concurrent.Flow;
import java.util.function.Consumer;

/**
 * A body on its way from one side to the other. Each side sees only this object, which lets go of
 * both when the body ends or is detached.
 *
 * <p>Used once, as the API says of bodies. Any thread.
 */
final class BodyRelay implements Flow.Publisher<ByteBuffer> {

  private static final Flow.Subscription NOTHING =
      new Flow.Subscription() {
        @Override
        public void request(long n) {
          // has failed already
        }

        @Override
        public void cancel() {
          // has failed already
        }
      };

  private final Side from;
  private final Side to;
  private final Consumer<Boolean> ended;

  /** Null when it was subscribed to or detached. */
  private Flow.Publisher<ByteBuffer> source;

  private BodyRelaySubscription subscription;
  private EndpointException detached;

  /**
   * A relay without a subscriber yet.
   *
   * @param ended hears once that the body has ended, and whether it completed
   */
  BodyRelay(Flow.Publisher<ByteBuffer> source, Side from, Side to, Consumer<Boolean> ended) {
    this.source = Objects.requireNonNull(source, "body");
    this.from = from;
    this.to = to;
    this.ended = ended;
  }

  @Override
  public void subscribe(Flow.Subscriber<? super ByteBuffer> subscriber) {
    Objects.requireNonNull(subscriber, "subscriber");
    Flow.Publisher<ByteBuffer> body;
    EndpointException rejection;
    synchronized (this) {
      body = source;
      source = null;
      rejection = detached;
      if (body != null) {
        subscription = new BodyRelaySubscription(subscriber, from, to, ended);
      }
    }
    if (body != null) {
      subscription.connect(body);
    } else {
      reject(subscriber, rejection);
    }
  }

  /** Whether there was a subscriber. */
  synchronized boolean isUsed() {
    return subscription != null;
  }

  /**
   * Ends the body before its time and tells both sides. Runs code of both, the receiver's first.
   */
  void detach(EndpointException error) {
    BodyRelaySubscription open = close(error);
    if (open != null) {
      open.detach(error);
    }
  }

  /** Ends the body before its time and tells the sending side alone. Runs code of that side. */
  void drop(EndpointException reason) {
    BodyRelaySubscription open = close(reason);
    if (open != null) {
      open.detach(null);
    }
  }

  private synchronized BodyRelaySubscription close(EndpointException error) {
    source = null;
    detached = error;
    return subscription;
  }

  private void reject(Flow.Subscriber<? super ByteBuffer> subscriber, EndpointException rejection) {
    EndpointException error =
        rejection != null
            ? rejection
            : new DetachedException(
                ErrorCode.REQUEST_INVALID, "a body can be subscribed to once", false);
    to.run(
        () -> {
          subscriber.onSubscribe(NOTHING);
          subscriber.onError(error);
        });
  }
}
