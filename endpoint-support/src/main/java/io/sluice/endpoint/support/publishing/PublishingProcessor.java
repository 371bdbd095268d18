package io.sluice.endpoint.support.publishing;

import io.sluice.endpoint.EndpointException;
import io.sluice.endpoint.ErrorCode;
import io.sluice.endpoint.Message;
import io.sluice.endpoint.Receipt;
import io.sluice.endpoint.support.concurrent.Failure;
import io.sluice.endpoint.support.concurrent.SerialTask;
import io.sluice.endpoint.support.delivery.Demand;
import io.sluice.endpoint.support.delivery.FailedPublisher;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes the messages of its upstream and signals one receipt each downstream, in input order, as
 * {@link io.sluice.endpoint.MessageEndpoint#publisher} describes.
 *
 * <p>Each processor has an in-flight window of its own. A place in it is taken when a message is
 * requested and freed when its receipt was signalled, so that demand upstream never exceeds what the
 * window can take and nothing is buffered beside it. Messages are sent on the upstream's thread;
 * receipts are signalled on the executor. When the upstream fails, the receipts of what it sent before
 * come first, then its error. Cancellation downstream cancels the upstream; what is in flight then
 * finishes unreported.
 *
 * <p>The upstream's thread puts messages into the {@link ReceiptRing}, any thread completes them
 * there, and the serial task owns all the rest: it signals receipts, and it alone calls the upstream's
 * subscription (rule 2.7).
 */
public final class PublishingProcessor implements Flow.Processor<Message, Receipt> {

  private static final Logger LOG = LoggerFactory.getLogger(PublishingProcessor.class);

  /** Messages requested ahead: bounds by how many unexpectedly large ones the bytes are exceeded. */
  private static final int REQUEST_BATCH = 32;

  /** Receipts in a row before other users of the executor have their turn. */
  private static final int SLICE = 128;

  private static final Object COMPLETED = "completed";
  private static final Object CANCELLED = "cancelled";

  private final String endpoint;
  private final MessageSender sender;
  private final ReceiptRing ring;
  private final SerialTask task;
  private final Demand demand = new Demand();
  private final AtomicBoolean subscribed = new AtomicBoolean();

  /** Null while open, then COMPLETED, CANCELLED or the Throwable to end with. */
  private final AtomicReference<Object> outcome = new AtomicReference<>();

  /** Null before the upstream has come, GONE after its last signal or when it was cancelled. */
  private final AtomicReference<Flow.Subscription> upstream = new AtomicReference<>();

  /** Null before the downstream's onSubscribe has returned, and after its last signal. */
  private volatile Flow.Subscriber<? super Receipt> downstream;

  /** Messages requested upstream so far. Written by the task. */
  private volatile long requested;

  /**
   * A processor.
   *
   * @param endpoint the endpoint's name, for the log
   * @param sender not null
   * @param maxInFlight messages in the window, positive
   * @param maxInFlightBytes bytes in the window, positive. Messages are expected to be as large as the
   *     largest so far; the window is exceeded only by larger ones that were requested already
   * @param executor must not run tasks on the thread that hands them over. When it has been shut down
   *     the processor fails with {@link ErrorCode#ENDPOINT_STOPPED}
   */
  public PublishingProcessor(
      String endpoint,
      MessageSender sender,
      int maxInFlight,
      long maxInFlightBytes,
      Executor executor) {
    this.endpoint = Objects.requireNonNull(endpoint, "endpoint");
    this.sender = new NeverFailingSender(sender);
    this.ring = new ReceiptRing(maxInFlight, maxInFlightBytes);
    this.task = new SerialTask(executor, this::report, this::stopped);
    task.start();
  }

  /**
   * Ends the processor: cancels the upstream, and signals the error after the receipts of what is in
   * flight. Without effect once it has ended.
   *
   * @param error not null
   */
  public void fail(EndpointException error) {
    end(Objects.requireNonNull(error, "error"));
  }

  @Override
  public void onSubscribe(Flow.Subscription subscription) {
    Objects.requireNonNull(subscription, "subscription"); // rule 2.13
    if (upstream.compareAndSet(null, subscription)) {
      task.signal();
    } else {
      subscription.cancel(); // rule 2.5, or over already
    }
  }

  @Override
  public void onNext(Message message) {
    Objects.requireNonNull(message, "message"); // rule 2.13
    if (outcome.get() != null) {
      return; // rule 2.8: may come after cancel
    }
    if (ring.accepted() >= requested) {
      end(new IllegalStateException("the upstream sent more than was requested (rule 1.1)"));
      return;
    }
    long sequence = ring.accept(message.size());
    if (requested - sequence <= REQUEST_BATCH / 2) {
      task.signal();
    }
    sender.send(message).thenAccept(receipt -> complete(sequence, receipt));
  }

  private void complete(long sequence, Receipt receipt) {
    ring.complete(sequence, receipt);
    task.signal();
  }

  @Override
  public void onError(Throwable error) {
    Objects.requireNonNull(error, "error"); // rule 2.13
    upstream.set(Gone.UPSTREAM); // rule 2.4
    end(error);
  }

  @Override
  public void onComplete() {
    upstream.set(Gone.UPSTREAM); // rule 2.4
    end(COMPLETED);
  }

  @Override
  public void subscribe(Flow.Subscriber<? super Receipt> subscriber) {
    Objects.requireNonNull(subscriber, "subscriber"); // rule 1.9
    if (!subscribed.compareAndSet(false, true)) {
      FailedPublisher.<Receipt>of(
              new EndpointException(
                  ErrorCode.REQUEST_INVALID, "the processor serves one subscriber"))
          .subscribe(subscriber);
      return;
    }
    try {
      subscriber.onSubscribe(new Downstream());
    } catch (Throwable e) {
      abandon("onSubscribe", e);
    }
    downstream = subscriber; // only now, so that no signal overtakes onSubscribe (rule 1.9)
    task.signal();
  }

  private void end(Object how) {
    if (outcome.compareAndSet(null, how)) {
      task.signal();
    }
  }

  private void cancel() {
    outcome.set(CANCELLED);
    task.signal();
  }

  /** One slice; true when there may be more to signal. */
  private boolean report() {
    Flow.Subscriber<? super Receipt> subscriber = downstream;
    int signalled = subscriber == null ? 0 : signalReceipts(subscriber);
    Object how = outcome.get();
    if (how == null) {
      requestMore();
    } else {
      cancelUpstream();
      if (subscriber != null && (how == CANCELLED || ring.isEmpty())) {
        finish(subscriber, how);
      }
    }
    return signalled == SLICE;
  }

  private int signalReceipts(Flow.Subscriber<? super Receipt> subscriber) {
    int count = 0;
    while (count < SLICE && outcome.get() != CANCELLED && demand.exceeds(ring.taken())) {
      Receipt receipt = ring.take();
      if (receipt == null) {
        break;
      }
      count++;
      try {
        subscriber.onNext(receipt);
      } catch (Throwable e) {
        abandon("onNext", e);
      }
    }
    return count;
  }

  private void requestMore() {
    Flow.Subscription subscription = upstream.get();
    if (subscription == null) {
      return;
    }
    long accepted = ring.accepted();
    long n = Math.min(ring.room(), REQUEST_BATCH) - (requested - accepted);
    if (n <= 0) {
      return;
    }
    requested += n;
    try {
      subscription.request(n);
    } catch (Throwable e) {
      end(Failure.of(e));
    }
  }

  private void cancelUpstream() {
    Flow.Subscription subscription = upstream.getAndSet(Gone.UPSTREAM);
    if (subscription == null) {
      return;
    }
    try {
      subscription.cancel();
    } catch (Throwable e) {
      LOG.error("Endpoint '{}': a publisher's upstream threw in cancel", endpoint, e);
    }
  }

  /** A subscriber that throws has cancelled its subscription (rule 2.13). */
  private void abandon(String signal, Throwable failure) {
    LOG.error(
        "Endpoint '{}': a subscriber to receipts threw in {}; its subscription is cancelled",
        endpoint,
        signal,
        failure);
    outcome.set(CANCELLED);
  }

  /** The executor was shut down: nothing can be reported any more, and this is said at once. */
  private void stopped() {
    EndpointException error =
        new EndpointException(
            ErrorCode.ENDPOINT_STOPPED, "endpoint '" + endpoint + "' has been stopped");
    Object how =
        outcome.updateAndGet(
            end -> end == null || end == COMPLETED && !ring.isEmpty() ? error : end);
    cancelUpstream();
    Flow.Subscriber<? super Receipt> subscriber = downstream;
    if (subscriber != null) {
      finish(subscriber, how);
    }
  }

  /** Drops the reference to the subscriber (rule 3.13) and gives the last signal. */
  private void finish(Flow.Subscriber<? super Receipt> subscriber, Object how) {
    downstream = null;
    try {
      if (how == COMPLETED) {
        subscriber.onComplete();
      } else if (how instanceof Throwable error) {
        subscriber.onError(error);
      }
    } catch (Throwable e) {
      LOG.error("Endpoint '{}': a subscriber to receipts threw in its last signal", endpoint, e);
    }
  }

  /** The subscription given downstream. */
  private final class Downstream implements Flow.Subscription {

    @Override
    public void request(long n) {
      if (n <= 0) {
        end(new IllegalArgumentException("requested " + n + " receipts (rule 3.9: at least 1)"));
      } else {
        demand.add(n);
        task.signal();
      }
    }

    @Override
    public void cancel() {
      PublishingProcessor.this.cancel();
    }
  }

  /** Stands for an upstream that is over. */
  private enum Gone implements Flow.Subscription {
    UPSTREAM;

    @Override
    public void request(long n) {
      // nobody is there
    }

    @Override
    public void cancel() {
      // nobody is there
    }
  }
}
