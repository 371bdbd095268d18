/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.publishing;

import io.sluice.endpoint.Message;
import io.sluice.endpoint.Receipt;
import java.util.concurrent.CompletionStage;

/** Sends messages to a backend. */
@FunctionalInterface
public interface MessageSender {

  /**
   * Sends one message. Does not block. Calls come in the order in which messages are to be sent.
   *
   * @param message not null
   * @return completes with the receipt, on any thread; a message that fails is a rejected receipt,
   *     not a failed stage
   */
  CompletionStage<Receipt> send(Message message);
}
