/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.runtime.internal.publish;

import io.sluice.endpoint.Message;
import io.sluice.endpoint.Receipt;
import java.util.function.Consumer;

/** The way of messages into one generation's plugin. Calls are serial, but for {@link #isReady}. */
interface PluginSender {

  /** Whether it takes another message now. Cheap. */
  boolean isReady();

  /**
   * Sends a message. Never throws.
   *
   * @param outcome takes the plugin's receipt, perhaps before this returns, at most once
   */
  void send(Message message, Consumer<Receipt> outcome);

  /** No more messages will come. Idempotent, never throws. */
  void finish();

  /** Lets go of everything of the plugin, without calling it. Any thread. */
  void detach();
}
