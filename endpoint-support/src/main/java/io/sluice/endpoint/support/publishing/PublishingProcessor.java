/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.publishing;

import io.sluice.endpoint.EndpointException;
import io.sluice.endpoint.ErrorCode;
import io.sluice.endpoint.Message;
import io.sluice.endpoint.Receipt;
import io.sluice.endpoint.support.concurrent.Failure;
import io.sluice.endpoint.support.concurrent.SerialTask;
import io.sluice.endpoint.support.delivery.Demand;
import io.sluice.endpoint.support.delivery.FailedPublisher;
import io.sluice.endpoint.support.lifecycle.Refusals;
import io.sluice.endpoint.support.message.MessageSize;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes the messages of its upstream and signals one receipt each downstream, in input order,
 * as {@link io.sluice.endpoint.MessageEndpoint#publisher} describes.
 *
 * <p>Each processor has an in-flight window of its own. A place in it is taken when a message is
 * requested and freed when its receipt was signalled, so that demand upstream never exceeds what
 * the window can take and nothing is buffered beside it. Messages are sent on the upstream's
 * thread; receipts are signalled on the executor. When the upstream fails, the receipts of what it
 * sent before come first, then its error. Cancellation downstream cancels the upstream; what is in
 * flight then finishes unreported.
 *
 * <p>The upstream's thread puts messages into the {@link ReceiptRing}, any thread completes them
 * there, and the serial task owns all the rest: it signals receipts, and it alone calls the
 * upstream's subscription (rule 2.7).
 */
public final class PublishingProcessor implements Flow.Processor<Message, Receipt> {

  private static final Logger LOG = LoggerFactory.getLogger(PublishingProcessor.class);

  /** Receipts in a row before other users of the executor have their turn. */
  private static final int MAX_MESSAGES_A_SLICE = 128;

  /**
   * How the processor ends.
   *
   * @param error null unless it ends with {@code onError}
   * @param atOnce whether it ends without the receipts that were not signalled yet
   */
  private record End(Throwable error, boolean atOnce) {

    static final End CANCELLED = new End(null, true);

    static End afterReceipts(Throwable error) {
      return new End(error, false);
    }

    static End atOnce(Throwable error) {
      return new End(error, true);
    }
  }

  private final String endpoint;
  private final MessageSender sender;
  private final ReceiptRing ring;
  private final SerialTask task;
  private final Upstream upstream = new Upstream();
  private final Demand demand = new Demand();
  private final AtomicBoolean subscribed = new AtomicBoolean();

  /** Null while open. */
  private final AtomicReference<End> outcome = new AtomicReference<>();

  /** Null before the downstream's onSubscribe has returned, and after its last signal. */
  private volatile Flow.Subscriber<? super Receipt> downstream;

  /**
   * A processor.
   *
   * @param endpoint the endpoint's name, for the log
   * @param sender not null
   * @param maxInFlight messages in the window, positive
   * @param maxInFlightBytes bytes in the window by {@link MessageSize}, positive. Messages are
   *     expected to be as large as the largest of late; the window is exceeded only by larger ones
   *     that were requested already
   * @param executor must not run tasks on the thread that hands them over. When it has been shut
   *     down the processor fails with {@link ErrorCode#ENDPOINT_STOPPED}
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
    this.task = SerialTask.idle(executor, this::report, this::stopped);
  }

  /**
   * Ends the processor: cancels the upstream, and signals the error after the receipts of what is
   * in flight. Without effect once it has ended.
   *
   * @param error not null
   */
  public void fail(EndpointException error) {
    end(Objects.requireNonNull(error, "error"));
  }

  @Override
  public void onSubscribe(Flow.Subscription subscription) {
    Objects.requireNonNull(subscription, "subscription"); // rule 2.13
    if (upstream.arrive(subscription)) {
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
    long sequence = ring.accept(MessageSize.of(message));
    if (sequence == ReceiptRing.NO_PLACE) {
      end(new IllegalStateException("the upstream sent more than was requested (rule 1.1)"));
      return;
    }
    End how = outcome.get();
    if (how != null) { // it ended meanwhile, and may not have seen that this one needs a receipt
      if (!how.atOnce()) {
        complete(sequence, Receipt.rejected(message, Failure.of(how.error())));
      }
      return;
    }
    if (ring.runsLow()) {
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
    upstream.leave(); // rule 2.4
    end(error);
  }

  @Override
  public void onComplete() {
    upstream.leave(); // rule 2.4
    end(null);
  }

  @Override
  public void subscribe(Flow.Subscriber<? super Receipt> subscriber) {
    Objects.requireNonNull(subscriber, "subscriber"); // rule 1.9
    if (!subscribed.compareAndSet(false, true)) {
      EndpointException refusal =
          new EndpointException(ErrorCode.REQUEST_INVALID, "the processor serves one subscriber");
      FailedPublisher.<Receipt>of(refusal).subscribe(subscriber);
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

  /** Ends after the receipts of what was sent; with onComplete if the error is null. */
  private void end(Throwable error) {
    if (outcome.compareAndSet(null, End.afterReceipts(error))) {
      task.signal();
    }
  }

  /** Ends now, also in place of an end that waits for receipts. */
  private End endAtOnce(Throwable error) {
    return outcome.updateAndGet(how -> how == null || !how.atOnce() ? End.atOnce(error) : how);
  }

  private boolean isDue(End how) {
    return how != null && (how.atOnce() || ring.isEmpty());
  }

  /** One slice; true when there may be more to signal. */
  private boolean report() {
    Flow.Subscriber<? super Receipt> subscriber = downstream;
    int signalled = subscriber == null ? 0 : signalReceipts(subscriber);
    End how = outcome.get();
    if (how == null) {
      requestMore();
    } else {
      cancelUpstream();
      if (subscriber != null && isDue(how)) {
        finish(subscriber, how);
      }
    }
    return signalled == MAX_MESSAGES_A_SLICE;
  }

  private int signalReceipts(Flow.Subscriber<? super Receipt> subscriber) {
    int count = 0;
    while (count < MAX_MESSAGES_A_SLICE && demand.exceeds(ring.taken()) && !endsAtOnce()) {
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

  private boolean endsAtOnce() {
    End how = outcome.get();
    return how != null && how.atOnce();
  }

  private void requestMore() {
    if (!upstream.isPresent()) {
      return;
    }
    long places = ring.reserve();
    if (places == 0) {
      return;
    }
    try {
      upstream.request(places);
    } catch (Throwable e) {
      end(Failure.of(e));
    }
  }

  private void cancelUpstream() {
    try {
      upstream.cancel();
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
    outcome.set(End.CANCELLED);
  }

  /** The executor was shut down: no receipt can be reported any more, and this is said at once. */
  private void stopped() {
    End how = outcome.get();
    if (!isDue(how)) {
      how = endAtOnce(Refusals.stopped(endpoint));
    }
    cancelUpstream();
    Flow.Subscriber<? super Receipt> subscriber = downstream;
    if (subscriber != null) {
      finish(subscriber, how);
    }
  }

  /** Drops the reference to the subscriber (rule 3.13) and gives the last signal. */
  private void finish(Flow.Subscriber<? super Receipt> subscriber, End how) {
    downstream = null;
    try {
      if (how.error() != null) {
        subscriber.onError(how.error());
      } else if (!how.atOnce()) {
        subscriber.onComplete();
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
        endAtOnce(
            new IllegalArgumentException("requested " + n + " receipts (rule 3.9: at least 1)"));
      } else {
        demand.add(n);
      }
      task.signal();
    }

    @Override
    public void cancel() {
      outcome.set(End.CANCELLED);
      task.signal();
    }
  }
}
