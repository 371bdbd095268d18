/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint;

import java.util.Objects;

/** A delivery whose settlement has no effect. */
final class SettledDelivery implements Delivery {

  private final Message message;

  SettledDelivery(Message message) {
    this.message = Objects.requireNonNull(message, "message");
  }

  @Override
  public Message message() {
    return message;
  }

  @Override
  public void ack() {
    // settled already
  }

  @Override
  public void nack(Nack how) {
    Objects.requireNonNull(how, "how");
  }

  @Override
  public String toString() {
    return "Delivery[" + message + "]";
  }
}
