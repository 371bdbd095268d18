/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint;

import java.util.Objects;

/** One way in which a configuration does not fit its schema. Immutable. */
public final class Violation {

  private final String pointer;
  private final String key;
  private final String message;

  private Violation(String pointer, String key, String message) {
    this.pointer = Objects.requireNonNull(pointer, "pointer");
    this.key = Objects.requireNonNull(key, "key");
    this.message = Objects.requireNonNull(message, "message");
  }

  /**
   * A violation.
   *
   * @param pointer JSON Pointer (RFC 6901) to the place in the nested configuration, empty for the
   *     whole
   * @param key the configuration key as the operator wrote it or would write it, dotted
   * @param message what is wrong and what is expected; never the value of a secret
   */
  public static Violation of(String pointer, String key, String message) {
    return new Violation(pointer, key, message);
  }

  /** JSON Pointer (RFC 6901) to the place, such as {@code /security/ssl/trustStore/type}. */
  public String pointer() {
    return pointer;
  }

  /** The dotted key, such as {@code security.ssl.trustStore.type}. */
  public String key() {
    return key;
  }

  /** What is wrong and what is expected, for people. */
  public String message() {
    return message;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Violation violation
        && violation.pointer.equals(pointer)
        && violation.key.equals(key)
        && violation.message.equals(message);
  }

  @Override
  public int hashCode() {
    return Objects.hash(pointer, key, message);
  }

  @Override
  public String toString() {
    return (pointer.isEmpty() ? "/" : pointer) + ": " + message;
  }
}
