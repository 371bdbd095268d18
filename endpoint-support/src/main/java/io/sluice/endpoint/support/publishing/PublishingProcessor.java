package io.sluice.endpoint.support.publishing;

import io.sluice.endpoint.EndpointException;
import io.sluice.endpoint.Message;
import io.sluice.endpoint.Receipt;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;

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
 */
public final class PublishingProcessor implements Flow.Processor<Message, Receipt> {

  /**
   * A processor.
   *
   * @param endpoint the endpoint's name, for the log
   * @param sender not null
   * @param maxInFlight messages in the window, positive
   * @param maxInFlightBytes bytes in the window, positive. Messages are expected to be as large as the
   *     largest so far; the window is exceeded only by larger ones that were requested already
   * @param executor must not run tasks on the thread that hands them over. When it has been shut down
   *     the processor fails with {@link io.sluice.endpoint.ErrorCode#ENDPOINT_STOPPED}
   */
  public PublishingProcessor(
      String endpoint,
      MessageSender sender,
      int maxInFlight,
      long maxInFlightBytes,
      Executor executor) {
    throw new UnsupportedOperationException();
  }

  /**
   * Ends the processor: cancels the upstream, and signals the error after the receipts of what is in
   * flight. Without effect once it has ended.
   *
   * @param error not null
   */
  public void fail(EndpointException error) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void onSubscribe(Flow.Subscription subscription) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void onNext(Message message) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void onError(Throwable error) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void onComplete() {
    throw new UnsupportedOperationException();
  }

  @Override
  public void subscribe(Flow.Subscriber<? super Receipt> subscriber) {
    throw new UnsupportedOperationException();
  }
}
