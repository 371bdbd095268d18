/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.publishing;

import io.sluice.endpoint.EndpointException;
import io.sluice.endpoint.ErrorCode;
import io.sluice.endpoint.Message;
import io.sluice.endpoint.Receipt;
import io.sluice.endpoint.support.message.MessageSize;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * A sender that refuses what does not fit into its window with a receipt {@link
 * ErrorCode#OVERLOADED}, and whose stages never fail: the implementation of {@link
 * io.sluice.endpoint.MessageEndpoint#publish}. Safe for use by many threads if the sender is.
 */
public final class WindowedSender implements MessageSender {

  private final InFlightWindow window;
  private final MessageSender sender;

  /**
   * A bounded sender.
   *
   * @param window not null
   * @param sender what sends the messages that fit, not null
   */
  public WindowedSender(InFlightWindow window, MessageSender sender) {
    this.window = Objects.requireNonNull(window, "window");
    this.sender = new NeverFailingSender(sender);
  }

  @Override
  public CompletionStage<Receipt> send(Message message) {
    int size = MessageSize.of(message);
    if (!window.tryAcquire(size)) {
      return CompletableFuture.completedStage(Receipt.rejected(message, overloaded()));
    }
    return sender
        .send(message)
        .thenApply(
            receipt -> {
              window.release(size);
              return receipt;
            })
        .toCompletableFuture()
        .copy(); // a caller that completes its stage must not keep the place
  }

  private EndpointException overloaded() {
    return EndpointException.retryable(
        ErrorCode.OVERLOADED, "the in-flight window is full (" + window + "); try again later");
  }
}
