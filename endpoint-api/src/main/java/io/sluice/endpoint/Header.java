/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint;

import java.nio.charset.StandardCharsets;
import java.util.Objects;

/** One header: a name and a value. Immutable, as long as no code writes a {@code byte[]} value. */
public final class Header {

  private final String name;
  private final Object value;

  private Header(String name, Object value) {
    this.name = Objects.requireNonNull(name, "name");
    this.value = value;
  }

  /**
   * A header.
   *
   * @param name not null
   * @param value byte[], String, Boolean, a JDK number, Instant, List or Map of these, or null
   * @throws IllegalArgumentException if the value is of another kind
   */
  public static Header of(String name, Object value) {
    return new Header(name, value == null ? null : Values.immutable(name, value));
  }

  /** A header whose value was checked when it was put into {@link Headers}. */
  static Header checked(String name, Object value) {
    return new Header(name, value);
  }

  /** The name, never null. */
  public String name() {
    return name;
  }

  /** The value; may be null. */
  public Object value() {
    return value;
  }

  /** The value as text: bytes decoded as UTF-8, null as the empty string. */
  public String text() {
    return text(value);
  }

  static String text(Object value) {
    if (value instanceof byte[] bytes) {
      return new String(bytes, StandardCharsets.UTF_8);
    }
    return value == null ? "" : value.toString();
  }

  /** The name alone: values may be secret. */
  @Override
  public String toString() {
    return name;
  }
}
