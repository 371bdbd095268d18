/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint;

import java.util.Objects;
import java.util.Optional;

/** The outcome of publishing one message: confirmed by the backend, or rejected. Immutable. */
public final class Receipt {

  private final Message message;
  private final Attributes attributes;
  private final EndpointException error;

  private Receipt(Message message, Attributes attributes, EndpointException error) {
    this.message = Objects.requireNonNull(message, "message");
    this.attributes = Objects.requireNonNull(attributes, "attributes");
    this.error = error;
  }

  /**
   * A message that the backend has taken over.
   *
   * @param message the message as it was published, not null
   * @param attributes where it went (topic, partition, offset …), not null
   */
  public static Receipt confirmed(Message message, Attributes attributes) {
    return new Receipt(message, attributes, null);
  }

  /**
   * A message that the backend has not taken over, as far as is known.
   *
   * @param message the message as it was published, not null
   * @param error why, not null
   */
  public static Receipt rejected(Message message, EndpointException error) {
    return rejected(message, error, Attributes.empty());
  }

  /**
   * A message that the backend has not taken over, with what it said about it.
   *
   * @param message the message as it was published, not null
   * @param error why, not null
   * @param attributes what the backend returned with the message (its reply, where it was to go …),
   *     not null
   * @since 1.2
   */
  public static Receipt rejected(Message message, EndpointException error, Attributes attributes) {
    return new Receipt(message, attributes, Objects.requireNonNull(error, "error"));
  }

  /** The message as it was published, never null. */
  public Message message() {
    return message;
  }

  /** Whether the backend has taken over the message. */
  public boolean isConfirmed() {
    return error == null;
  }

  /** Where a confirmed message went, or what the backend said of a rejected one; never null. */
  public Attributes attributes() {
    return attributes;
  }

  /** Why a message was rejected; empty for a confirmed one. */
  public Optional<EndpointException> error() {
    return Optional.ofNullable(error);
  }

  /**
   * This receipt if it is confirmed.
   *
   * @throws EndpointException the error of a rejected receipt
   */
  public Receipt orThrow() {
    if (error != null) {
      throw error;
    }
    return this;
  }

  @Override
  public String toString() {
    return error == null
        ? "Receipt[confirmed " + attributes + "]"
        : "Receipt[rejected " + error.code() + ": " + error.getMessage() + "]";
  }
}
