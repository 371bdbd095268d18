/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint;

import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * An endpoint that consumes or publishes messages. A method whose {@link Mode} is not among the
 * {@link #modes()} reports {@link ErrorCode#MODE_DISABLED} the way it reports any other error.
 *
 * <p>The rules of Reactive Streams hold for every publisher, subscriber and processor here.
 */
@ConsumerType
public interface MessageEndpoint extends Endpoint {

  /**
   * Makes a publisher of deliveries. Each subscription is one consumer of the backend, made when it
   * subscribes: subscriptions with the same client id compete for messages, those with different
   * ids each get everything.
   *
   * <p>Signals of one subscription are serial and never run on an I/O thread of the client library.
   * Order holds per partition, queue or filter, redeliveries apart. The publisher delivers no more
   * than was requested and no more than the configured window of unsettled messages. After {@code
   * cancel} deliveries may still be settled during the drain time; the rest goes back to the
   * backend. {@code onError} carries an {@link EndpointException}.
   *
   * @param request not null
   * @return never null; it may be subscribed to any number of times
   */
  Flow.Publisher<Delivery> consume(ConsumeRequest request);

  /**
   * Publishes one message.
   *
   * @param message not null
   * @return completes with the receipt once the backend has confirmed or refused the message. It
   *     never fails: what cannot be sent is a {@linkplain Receipt#isConfirmed() rejected} receipt,
   *     with {@link ErrorCode#OVERLOADED} when the in-flight window is full.
   */
  CompletionStage<Receipt> publish(Message message);

  /**
   * Makes a processor that publishes what it is given. Its demand upstream is the free part of the
   * bounded in-flight window, so that it needs no buffer. Downstream it signals one receipt a
   * message, in input order; a message that fails is a rejected receipt, never {@code onError}. A
   * receipt that the subscriber has not requested holds its place in the window.
   *
   * <p>The processor serves one subscriber and is used once. It completes when its upstream has
   * completed and the last receipt was signalled.
   *
   * @param request not null
   * @return a new processor, never null
   */
  Flow.Processor<Message, Receipt> publisher(PublishRequest request);
}
