/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint;

import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * What a broker knows of a message beside its headers: key, topic, partition … Names are those that
 * the endpoint type documents, such as {@code kafka.partition}; values are JDK types. Immutable.
 */
public final class Attributes {

  private static final Attributes EMPTY = new Attributes(new String[0], new Object[0]);

  private final String[] names;
  private final Object[] values;

  private Attributes(String[] names, Object[] values) {
    this.names = names;
    this.values = values;
  }

  /** No attributes. */
  public static Attributes empty() {
    return EMPTY;
  }

  /**
   * One attribute.
   *
   * @param name not null
   * @param value see {@link Builder#set}
   */
  public static Attributes of(String name, Object value) {
    return builder().set(name, value).build();
  }

  /**
   * The attributes of a map.
   *
   * @param values not null; values as {@link Builder#set} takes them
   */
  public static Attributes of(Map<String, ?> values) {
    Builder builder = builder();
    values.forEach(builder::set);
    return builder.build();
  }

  /**
   * Names that the attributes of many messages have in common, for the hot path of endpoints.
   *
   * @param names not null, no name twice
   */
  public static Names names(String... names) {
    return new Names(names);
  }

  /** A builder without attributes. */
  public static Builder builder() {
    return new Builder();
  }

  /** A builder that starts with these attributes. */
  public Builder toBuilder() {
    Builder builder = new Builder();
    builder.entries.putAll(asMap());
    return builder;
  }

  /** The number of attributes. */
  public int size() {
    return names.length;
  }

  /** Whether there are none. */
  public boolean isEmpty() {
    return names.length == 0;
  }

  /**
   * The name at a position.
   *
   * @param index from 0 to {@link #size()} - 1
   * @since 1.2
   */
  public String name(int index) {
    return names[index];
  }

  /**
   * The value at a position, never null.
   *
   * @param index from 0 to {@link #size()} - 1
   * @since 1.2
   */
  public Object value(int index) {
    return values[index];
  }

  /** The value of a name; null if there is none. */
  public Object get(String name) {
    Objects.requireNonNull(name, "name");
    for (int i = 0; i < names.length; i++) {
      if (names[i].equals(name)) {
        return values[i];
      }
    }
    return null;
  }

  /** The value of a name as text, bytes decoded as UTF-8; empty if there is none. */
  public Optional<String> text(String name) {
    return Optional.ofNullable(get(name)).map(Header::text);
  }

  /** A copy as an immutable map, in order. */
  public Map<String, Object> asMap() {
    Map<String, Object> map = new LinkedHashMap<>();
    for (int i = 0; i < names.length; i++) {
      map.put(names[i], values[i]);
    }
    return Collections.unmodifiableMap(map);
  }

  /** Equal names and values; bytes are compared by content. */
  @Override
  public boolean equals(Object other) {
    return other instanceof Attributes attributes
        && Arrays.equals(names, attributes.names)
        && Arrays.deepEquals(values, attributes.values);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(names) + Arrays.deepHashCode(values);
  }

  /** The names alone: values may be large or secret. */
  @Override
  public String toString() {
    return Arrays.toString(names);
  }

  /** The names of attributes, without values. Immutable. */
  public static final class Names {

    private final String[] names;

    private Names(String... names) {
      this.names = names.clone();
      Set.of(names); // throws for a null, and for a name that is there twice
    }

    /**
     * Attributes with these names, made without a builder.
     *
     * @param values one for each name, in order, none null, otherwise as {@link Builder#set} takes
     *     them. The array passes on: it must not be written again
     * @throws IllegalArgumentException if there are more or fewer values than names, or one is of
     *     another kind
     */
    public Attributes with(Object... values) {
      if (values.length != names.length) {
        throw new IllegalArgumentException(
            values.length + " values for the names " + Arrays.toString(names));
      }
      for (int i = 0; i < values.length; i++) {
        values[i] = Values.immutable(names[i], values[i]);
      }
      return new Attributes(names, values);
    }
  }

  /** Collects attributes. Not safe for use by more than one thread. */
  public static final class Builder {

    private final Map<String, Object> entries = new LinkedHashMap<>();

    private Builder() {}

    /**
     * Sets an attribute, or removes it when the value is null.
     *
     * @param name not null
     * @param value byte[], String, Boolean, a JDK number, Instant, List or Map of these, or null. A
     *     byte[] passes on: it must not be written again
     * @throws IllegalArgumentException if the value is of another kind
     */
    public Builder set(String name, Object value) {
      Objects.requireNonNull(name, "name");
      if (value == null) {
        entries.remove(name);
      } else {
        entries.put(name, Values.immutable(name, value));
      }
      return this;
    }

    /** The attributes collected so far; the builder may be used on. */
    public Attributes build() {
      return entries.isEmpty()
          ? EMPTY
          : new Attributes(entries.keySet().toArray(new String[0]), entries.values().toArray());
    }
  }
}
