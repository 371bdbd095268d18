/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.runtime.internal.publish;

import io.sluice.endpoint.Message;
import io.sluice.endpoint.Mode;
import io.sluice.endpoint.Receipt;
import io.sluice.endpoint.runtime.internal.control.DetachedException;
import io.sluice.endpoint.runtime.internal.generation.Generation;
import io.sluice.endpoint.support.concurrent.ContextClassLoader;
import java.util.function.Consumer;

/** Sends each message by the plugin's {@code publish}. */
final class DirectPluginSender implements PluginSender {

  private final Generation generation;

  DirectPluginSender(Generation generation) {
    this.generation = generation;
  }

  @Override
  public boolean isReady() {
    return true;
  }

  @Override
  public void send(Message message, Consumer<Receipt> outcome) {
    ClassLoader previous = ContextClassLoader.enter(generation.loader());
    try {
      generation
          .messages(Mode.PUBLISH)
          .publish(message)
          .whenComplete((receipt, error) -> outcome.accept(receipt(message, receipt, error)));
    } catch (Throwable e) { // a plugin may throw anything
      outcome.accept(receipt(message, null, e));
    } finally {
      ContextClassLoader.leave(previous);
    }
  }

  @Override
  public void finish() {
    // nothing is open
  }

  @Override
  public void detach() {
    // the generation lets go of the plugin
  }

  private static Receipt receipt(Message message, Receipt receipt, Throwable error) {
    return receipt != null ? receipt : Receipt.rejected(message, DetachedException.of(error));
  }
}
