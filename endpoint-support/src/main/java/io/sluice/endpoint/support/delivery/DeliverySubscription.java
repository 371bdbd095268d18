package io.sluice.endpoint.support.delivery;

import io.sluice.endpoint.Delivery;
import io.sluice.endpoint.EndpointException;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import java.util.function.Function;

/**
 * One subscription of a publisher of deliveries: takes them from a {@link DeliverySource} as the
 * subscriber requests them.
 *
 * <p>All signals but {@code onSubscribe} come from the executor, serially and in slices, so that
 * subscriptions take turns on shared threads. There is no lock, and nothing is allocated for a
 * message. All public methods may be called by any thread.
 */
public final class DeliverySubscription implements Flow.Subscription {

  /**
   * Opens a subscription: makes its source, calls {@code onSubscribe} on the calling thread, and
   * begins to deliver. A source that cannot be made ends the subscription with that error.
   *
   * @param endpoint the endpoint's name, for the log
   * @param subscriber not null (rule 1.9)
   * @param executor must not run tasks on the thread that hands them over. When it has been shut down
   *     the subscription ends with {@link io.sluice.endpoint.ErrorCode#ENDPOINT_STOPPED}
   * @param source makes the source; may keep the subscription to wake it up
   * @return the subscription, which may be closed already
   */
  public static DeliverySubscription open(
      String endpoint,
      Flow.Subscriber<? super Delivery> subscriber,
      Executor executor,
      Function<DeliverySubscription, DeliverySource> source) {
    throw new UnsupportedOperationException();
  }

  /** Says that the source may have a delivery ready. Cheap; never calls the subscriber itself. */
  public void wakeUp() {
    throw new UnsupportedOperationException();
  }

  /**
   * Completes the subscription without another poll. Called within {@link DeliverySource#poll()}, it
   * takes effect after the delivery which that call returns. Without effect once closed.
   */
  public void complete() {
    throw new UnsupportedOperationException();
  }

  /**
   * Ends the subscription with an error, without another poll. Without effect once closed.
   *
   * @param error not null
   */
  public void fail(EndpointException error) {
    throw new UnsupportedOperationException();
  }

  /** Whether it was completed, failed or cancelled; the signal itself may still be on its way. */
  public boolean isClosed() {
    throw new UnsupportedOperationException();
  }

  @Override
  public void request(long n) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void cancel() {
    throw new UnsupportedOperationException();
  }
}
