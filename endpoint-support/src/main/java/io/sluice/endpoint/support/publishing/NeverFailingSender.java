/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.publishing;

import io.sluice.endpoint.Message;
import io.sluice.endpoint.Receipt;
import io.sluice.endpoint.support.concurrent.Failure;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Holds a sender to its contract: what it throws or fails with becomes a rejected receipt. */
final class NeverFailingSender implements MessageSender {

  private final MessageSender sender;

  NeverFailingSender(MessageSender sender) {
    this.sender = Objects.requireNonNull(sender, "sender");
  }

  @Override
  public CompletionStage<Receipt> send(Message message) {
    return attempt(message).handle((receipt, failure) -> outcome(message, receipt, failure));
  }

  private static Receipt outcome(Message message, Receipt receipt, Throwable failure) {
    if (receipt != null) {
      return receipt;
    }
    Throwable cause = failure == null ? new NullPointerException("receipt") : failure;
    return Receipt.rejected(message, Failure.of(cause));
  }

  private CompletionStage<Receipt> attempt(Message message) {
    try {
      return Objects.requireNonNull(sender.send(message), "stage of the receipt");
    } catch (Throwable e) {
      return CompletableFuture.failedStage(e);
    }
  }
}
