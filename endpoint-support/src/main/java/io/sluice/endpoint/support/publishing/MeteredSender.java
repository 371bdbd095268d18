/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.publishing;

import io.sluice.endpoint.Message;
import io.sluice.endpoint.Receipt;
import io.sluice.endpoint.support.lifecycle.EndpointMeter;
import java.util.Objects;
import java.util.concurrent.CompletionStage;

/**
 * A sender that counts what is in flight, confirmed and rejected. Its stages never fail. Safe for
 * use by many threads if the sender is.
 */
public final class MeteredSender implements MessageSender {

  private final EndpointMeter meter;
  private final MessageSender sender;

  /**
   * A counting sender.
   *
   * @param meter not null
   * @param sender what sends the messages, not null
   */
  public MeteredSender(EndpointMeter meter, MessageSender sender) {
    this.meter = Objects.requireNonNull(meter, "meter");
    this.sender = new NeverFailingSender(sender);
  }

  @Override
  public CompletionStage<Receipt> send(Message message) {
    Objects.requireNonNull(message, "message");
    meter.sent();
    return sender
        .send(message)
        .thenApply(
            receipt -> {
              if (receipt.isConfirmed()) {
                meter.confirmed(message.size());
              } else {
                meter.rejected();
              }
              return receipt;
            });
  }
}
