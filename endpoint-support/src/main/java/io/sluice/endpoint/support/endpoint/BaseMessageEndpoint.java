/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.endpoint;

import io.sluice.endpoint.ConsumeRequest;
import io.sluice.endpoint.Delivery;
import io.sluice.endpoint.Endpoint;
import io.sluice.endpoint.EndpointException;
import io.sluice.endpoint.Message;
import io.sluice.endpoint.MessageEndpoint;
import io.sluice.endpoint.Mode;
import io.sluice.endpoint.PublishRequest;
import io.sluice.endpoint.Receipt;
import io.sluice.endpoint.support.concurrent.SharedWorkers;
import io.sluice.endpoint.support.delivery.DeliverySource;
import io.sluice.endpoint.support.delivery.DeliverySubscription;
import io.sluice.endpoint.support.delivery.FailedPublisher;
import io.sluice.endpoint.support.publishing.InFlightLimits;
import io.sluice.endpoint.support.publishing.InFlightWindow;
import io.sluice.endpoint.support.publishing.MessageSender;
import io.sluice.endpoint.support.publishing.PublishingProcessor;
import io.sluice.endpoint.support.publishing.WindowedSender;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import java.util.function.Function;

/**
 * An endpoint that consumes and publishes. Deliveries and receipts come on its share of the threads
 * that call code of the host.
 */
public abstract class BaseMessageEndpoint extends BaseEndpoint implements MessageEndpoint {

  private final InFlightLimits limits;
  private final InFlightWindow window;

  /**
   * An endpoint that is not started.
   *
   * @param limits of a publisher, and of all single messages together
   */
  protected BaseMessageEndpoint(
      String name,
      Set<Mode> modes,
      InFlightLimits limits,
      SharedWorkers workers,
      Set<Endpoint> present) {
    super(name, modes, workers, present);
    this.limits = limits;
    this.window = new InFlightWindow(limits.messages(), limits.bytes());
  }

  /**
   * Opens the source of a subscription.
   *
   * @throws EndpointException if the request cannot be served
   */
  protected abstract DeliverySource source(
      ConsumeRequest request, DeliverySubscription subscription);

  /**
   * A sender for a request. Refuses messages itself while {@link Mode#PUBLISH} {@linkplain #refusal
   * cannot be used}.
   *
   * @throws EndpointException if the request cannot be served
   */
  protected abstract MessageSender sender(PublishRequest request);

  /** A sender of single messages in the window that bounds them, from {@link #sender}'s. */
  protected final MessageSender single(MessageSender sender) {
    // Who waits for a receipt may do anything when it comes.
    Executor caller = receivers().calling("the receiver of a receipt");
    return new WindowedSender(
        window, message -> sender.send(message).thenApplyAsync(Function.identity(), caller));
  }

  @Override
  public final Flow.Publisher<Delivery> consume(ConsumeRequest request) {
    Objects.requireNonNull(request, "request");
    return subscriber -> subscribe(request, subscriber);
  }

  @Override
  public final Flow.Processor<Message, Receipt> publisher(PublishRequest request) {
    try {
      return processor(sender(request));
    } catch (EndpointException e) {
      PublishingProcessor refusing =
          processor(message -> CompletableFuture.completedStage(Receipt.rejected(message, e)));
      refusing.fail(e);
      return refusing;
    }
  }

  private void subscribe(ConsumeRequest request, Flow.Subscriber<? super Delivery> subscriber) {
    Objects.requireNonNull(subscriber, "subscriber"); // rule 1.9
    EndpointException refused = refusal(Mode.CONSUME);
    if (refused != null) {
      FailedPublisher.<Delivery>of(refused).subscribe(subscriber);
      return;
    }
    Executor caller =
        subscribers()
            .calling("the subscriber of client id '" + request.clientId().orElse(name()) + "'");
    DeliverySubscription.open(
        name(), subscriber, caller, subscription -> source(request, subscription));
  }

  private PublishingProcessor processor(MessageSender sender) {
    Executor caller = receivers().calling("the receiver of receipts");
    return new PublishingProcessor(name(), sender, limits.messages(), limits.bytes(), caller);
  }
}
