/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.runtime.internal.stream;

import io.sluice.endpoint.Delivery;
import io.sluice.endpoint.Message;
import io.sluice.endpoint.Nack;
import java.util.Objects;

/**
 * What a host settles under {@code AT_LEAST_ONCE}: a place in the ledger of its generation. Once
 * the ledger is detached, nothing of the plugin can be reached from here.
 */
final class LedgerDelivery implements Delivery, UncountedRequeue {

  private final Message message;
  private final LedgerChunk chunk;
  private final int index;

  LedgerDelivery(Message message, LedgerChunk chunk, int index) {
    this.message = message;
    this.chunk = chunk;
    this.index = index;
  }

  @Override
  public Message message() {
    return message;
  }

  @Override
  public void ack() {
    chunk.ledger.ack(chunk, index, message);
  }

  @Override
  public void nack(Nack how) {
    Objects.requireNonNull(how, "how");
    chunk.ledger.nack(chunk, index, message, how);
  }

  @Override
  public void requeue() {
    chunk.ledger.requeue(chunk, index, message);
  }

  @Override
  public String toString() {
    return "Delivery[" + message + "]";
  }
}
