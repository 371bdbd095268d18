/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.delivery;

import io.sluice.endpoint.EndpointException;
import java.util.Objects;
import java.util.concurrent.Flow;

/**
 * A publisher that fails every subscriber with the same error. Immutable.
 *
 * @param <T> what it would publish
 */
public final class FailedPublisher<T> implements Flow.Publisher<T> {

  private final EndpointException error;

  private FailedPublisher(EndpointException error) {
    this.error = Objects.requireNonNull(error, "error");
  }

  /**
   * A publisher that fails.
   *
   * @param error not null
   */
  public static <T> FailedPublisher<T> of(EndpointException error) {
    return new FailedPublisher<>(error);
  }

  @Override
  public void subscribe(Flow.Subscriber<? super T> subscriber) {
    Objects.requireNonNull(subscriber, "subscriber");
    subscriber.onSubscribe(new NoSubscription()); // rule 1.9: before any other signal
    subscriber.onError(error);
  }

  /** Has nothing to give, and nothing to cancel. */
  private static final class NoSubscription implements Flow.Subscription {

    @Override
    public void request(long n) {
      // ends with the error in any case
    }

    @Override
    public void cancel() {
      // over already
    }
  }
}
