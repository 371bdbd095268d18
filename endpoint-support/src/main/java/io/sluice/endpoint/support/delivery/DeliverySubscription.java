/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.delivery;

import io.sluice.endpoint.Delivery;
import io.sluice.endpoint.EndpointException;
import io.sluice.endpoint.ErrorCode;
import io.sluice.endpoint.support.concurrent.Failure;
import io.sluice.endpoint.support.concurrent.SerialTask;
import io.sluice.endpoint.support.lifecycle.Refusals;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One subscription of a publisher of deliveries: takes them from a {@link DeliverySource} as the
 * subscriber requests them.
 *
 * <p>All signals but {@code onSubscribe} come from the executor, serially and in slices, so that
 * subscriptions take turns on shared threads. There is no lock, and nothing is allocated for a
 * message. All public methods may be called by any thread.
 *
 * <p>The serial task owns subscriber, source and the count of deliveries; other threads only add
 * demand, set the outcome and signal the task. So a {@code request} within {@code onNext} does not
 * recurse (rule 3.3), and {@code request} and {@code cancel} return at once (rules 3.4, 3.5).
 */
public final class DeliverySubscription implements Flow.Subscription {

  private static final Logger LOG = LoggerFactory.getLogger(DeliverySubscription.class);

  /** Deliveries in a row before other users of the executor have their turn. */
  private static final int MAX_DELIVERIES_A_SLICE = 256;

  private static final Object COMPLETED = "completed";
  private static final Object CANCELLED = "cancelled";

  private final String endpoint;
  private final SerialTask task;
  private final Demand demand = new Demand();

  /** Null while open, then COMPLETED, CANCELLED or the Throwable to end with. */
  private final AtomicReference<Object> outcome = new AtomicReference<>();

  private Flow.Subscriber<? super Delivery> subscriber;
  private DeliverySource source;
  private long delivered;

  private DeliverySubscription(
      String endpoint, Flow.Subscriber<? super Delivery> subscriber, Executor executor) {
    this.endpoint = Objects.requireNonNull(endpoint, "endpoint");
    this.subscriber = Objects.requireNonNull(subscriber, "subscriber");
    this.task = new SerialTask(executor, this::deliver, this::stopped);
  }

  /**
   * Opens a subscription: makes its source, calls {@code onSubscribe} on the calling thread, and
   * begins to deliver. A source that cannot be made ends the subscription with that error.
   *
   * @param endpoint the endpoint's name, for the log
   * @param subscriber not null (rule 1.9)
   * @param executor must not run tasks on the thread that hands them over. When it has been shut
   *     down the subscription ends with {@link ErrorCode#ENDPOINT_STOPPED}
   * @param source makes the source; may keep the subscription to wake it up
   * @return the subscription, which may be closed already
   */
  public static DeliverySubscription open(
      String endpoint,
      Flow.Subscriber<? super Delivery> subscriber,
      Executor executor,
      Function<DeliverySubscription, DeliverySource> source) {
    DeliverySubscription subscription = new DeliverySubscription(endpoint, subscriber, executor);
    subscription.begin(source);
    return subscription;
  }

  /** Says that the source may have a delivery ready. Cheap; does not call the subscriber itself. */
  public void wakeUp() {
    task.signal();
  }

  /**
   * Completes the subscription without another poll. Called within {@link DeliverySource#poll()},
   * it takes effect after the delivery which that call returns. Without effect once closed.
   */
  public void complete() {
    end(COMPLETED);
  }

  /**
   * Ends the subscription with an error, without another poll. Without effect once closed.
   *
   * @param error not null
   */
  public void fail(EndpointException error) {
    end(Objects.requireNonNull(error, "error"));
  }

  /** Whether it was completed, failed or cancelled; the signal itself may still be on its way. */
  public boolean isClosed() {
    return outcome.get() != null;
  }

  /** The endpoint's name. */
  public String endpoint() {
    return endpoint;
  }

  @Override
  public void request(long n) {
    if (n <= 0) {
      end(new IllegalArgumentException("requested " + n + " deliveries (rule 3.9: at least 1)"));
    } else {
      demand.add(n);
      task.signal();
    }
  }

  @Override
  public void cancel() {
    outcome.set(CANCELLED); // also in place of an end that was not signalled yet (rule 3.12)
    task.signal();
  }

  private void end(Object how) {
    if (outcome.compareAndSet(null, how)) {
      task.signal();
    }
  }

  /** The task starts after onSubscribe has returned: no signal overtakes it (rules 1.3, 1.9). */
  private void begin(Function<DeliverySubscription, DeliverySource> sources) {
    try {
      source = Objects.requireNonNull(sources.apply(this), "source");
    } catch (Throwable e) {
      end(Failure.of(e));
    }
    try {
      subscriber.onSubscribe(this);
    } catch (Throwable e) {
      abandon("onSubscribe", e);
    }
    task.start();
  }

  /** One slice; true when there may be more to deliver. */
  private boolean deliver() {
    if (subscriber == null) {
      return false;
    }
    for (int i = 0; i < MAX_DELIVERIES_A_SLICE; i++) {
      if (isClosed()) {
        finish();
        return false;
      }
      if (!demand.exceeds(delivered)) {
        return false;
      }
      Delivery next = poll();
      if (next != null) {
        delivered++;
        handOver(next);
      } else if (!isClosed()) {
        return false;
      }
    }
    return true;
  }

  private Delivery poll() {
    try {
      return source.poll();
    } catch (Throwable e) {
      end(Failure.of(e));
      return null;
    }
  }

  private void handOver(Delivery next) {
    try {
      subscriber.onNext(next);
    } catch (CancellationException e) {
      LOG.debug("Endpoint '{}': a subscriber has not taken a delivery; it is over", endpoint, e);
      outcome.set(CANCELLED);
      return;
    } catch (Throwable e) {
      abandon("onNext", e);
      return;
    }
    try {
      source.delivered(next);
    } catch (Throwable e) {
      end(Failure.of(e));
    }
  }

  /** A subscriber that throws has cancelled its subscription (rule 2.13). */
  private void abandon(String signal, Throwable failure) {
    LOG.error(
        "Endpoint '{}': a subscriber threw in {}; its subscription is cancelled",
        endpoint,
        signal,
        failure);
    outcome.set(CANCELLED);
  }

  private void stopped() {
    end(Refusals.stopped(endpoint));
    if (subscriber != null) {
      finish();
    }
  }

  /** Drops the references to the subscriber (rule 3.13) and gives the last signal. */
  private void finish() {
    Flow.Subscriber<? super Delivery> last = subscriber;
    subscriber = null;
    closeSource();
    Object how = outcome.get();
    try {
      if (how == COMPLETED) {
        last.onComplete();
      } else if (how instanceof Throwable error) {
        last.onError(error);
      }
    } catch (Throwable e) {
      LOG.error("Endpoint '{}': a subscriber threw in its last signal", endpoint, e);
    }
  }

  private void closeSource() {
    if (source == null) {
      return; // could not be made
    }
    try {
      source.closed();
    } catch (Throwable e) {
      LOG.error("Endpoint '{}': a subscription's source could not be closed", endpoint, e);
    }
    source = null;
  }
}
