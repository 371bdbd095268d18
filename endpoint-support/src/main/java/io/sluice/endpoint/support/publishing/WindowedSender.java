package io.sluice.endpoint.support.publishing;

import io.sluice.endpoint.Message;
import io.sluice.endpoint.Receipt;
import java.util.concurrent.CompletionStage;

/**
 * A sender that refuses what does not fit into its window with a receipt {@link
 * io.sluice.endpoint.ErrorCode#OVERLOADED}, and whose stages never fail: the implementation of {@link
 * io.sluice.endpoint.MessageEndpoint#publish}. Safe for use by many threads if the sender is.
 */
public final class WindowedSender implements MessageSender {

  /**
   * A bounded sender.
   *
   * @param window not null
   * @param sender what sends the messages that fit, not null
   */
  public WindowedSender(InFlightWindow window, MessageSender sender) {
    throw new UnsupportedOperationException();
  }

  @Override
  public CompletionStage<Receipt> send(Message message) {
    throw new UnsupportedOperationException();
  }
}
