/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Ordered, multi-valued headers. Immutable; share an instance between messages where the headers
 * are the same.
 */
public final class Headers implements Iterable<Header> {

  private static final Headers EMPTY = new Headers(new Object[0]);

  /** Name, value, name, value … in order. */
  private final Object[] entries;

  private Headers(Object[] entries) {
    this.entries = entries;
  }

  /** No headers. */
  public static Headers empty() {
    return EMPTY;
  }

  /**
   * One header.
   *
   * @param name not null
   * @param value see {@link Builder#add}
   */
  public static Headers of(String name, Object value) {
    return builder().add(name, value).build();
  }

  /** A builder without headers. */
  public static Builder builder() {
    return new Builder();
  }

  /** A builder that starts with these headers. */
  public Builder toBuilder() {
    Builder builder = new Builder();
    builder.entries.addAll(Arrays.asList(entries));
    return builder;
  }

  /** The number of headers, each repetition counted. */
  public int size() {
    return entries.length / 2;
  }

  /** Whether there are none. */
  public boolean isEmpty() {
    return entries.length == 0;
  }

  /**
   * The name at a position.
   *
   * @param index from 0 to {@link #size()} - 1
   */
  public String name(int index) {
    return (String) entries[2 * index];
  }

  /**
   * The value at a position; may be null.
   *
   * @param index from 0 to {@link #size()} - 1
   */
  public Object value(int index) {
    return entries[2 * index + 1];
  }

  /** Whether a header of exactly this name is present. */
  public boolean contains(String name) {
    return indexOf(name) >= 0;
  }

  /** The first value of exactly this name; empty if there is none or it is null. */
  public Optional<Object> first(String name) {
    int index = indexOf(name);
    return index < 0 ? Optional.empty() : Optional.ofNullable(value(index));
  }

  /** The first value of exactly this name as text, bytes decoded as UTF-8. */
  public Optional<String> text(String name) {
    return first(name).map(Header::text);
  }

  /** The first value as text of a name that is compared without regard to case, as HTTP does. */
  public Optional<String> textIgnoreCase(String name) {
    for (int i = 0; i < size(); i++) {
      if (name(i).equalsIgnoreCase(name)) {
        return Optional.of(Header.text(value(i)));
      }
    }
    return Optional.empty();
  }

  /**
   * Whether a header of this name is present, which is compared without regard to case.
   *
   * @since 1.2
   */
  public boolean containsIgnoreCase(String name) {
    for (int i = 0; i < size(); i++) {
      if (name(i).equalsIgnoreCase(name)) {
        return true;
      }
    }
    return false;
  }

  /** All values of exactly this name, in order; may hold null. */
  public List<Object> all(String name) {
    List<Object> values = new ArrayList<>();
    for (int i = 0; i < size(); i++) {
      if (name(i).equals(name)) {
        values.add(value(i));
      }
    }
    return values;
  }

  /**
   * All values of a name that is compared without regard to case, in order; may hold null.
   *
   * @since 1.2
   */
  public List<Object> allIgnoreCase(String name) {
    List<Object> values = new ArrayList<>();
    for (int i = 0; i < size(); i++) {
      if (name(i).equalsIgnoreCase(name)) {
        values.add(value(i));
      }
    }
    return values;
  }

  @Override
  public Iterator<Header> iterator() {
    return new Iterator<>() {
      private int next;

      @Override
      public boolean hasNext() {
        return next < size();
      }

      @Override
      public Header next() {
        if (!hasNext()) {
          throw new NoSuchElementException();
        }
        Header header = Header.checked(name(next), value(next));
        next++;
        return header;
      }
    };
  }

  /** Equal names and values in the same order; bytes are compared by content. */
  @Override
  public boolean equals(Object other) {
    return other instanceof Headers headers && Arrays.deepEquals(entries, headers.entries);
  }

  @Override
  public int hashCode() {
    return Arrays.deepHashCode(entries);
  }

  /** The names alone: values may be secret. */
  @Override
  public String toString() {
    List<String> names = new ArrayList<>(size());
    forEach(header -> names.add(header.name()));
    return names.toString();
  }

  private int indexOf(String name) {
    Objects.requireNonNull(name, "name");
    for (int i = 0; i < size(); i++) {
      if (name(i).equals(name)) {
        return i;
      }
    }
    return -1;
  }

  /** Collects headers. Not safe for use by more than one thread. */
  public static final class Builder {

    private final List<Object> entries = new ArrayList<>();

    private Builder() {}

    /**
     * Adds a header after those that are there, also when the name is there already.
     *
     * @param name not null
     * @param value byte[], String, Boolean, a JDK number, Instant, List or Map of these, or null. A
     *     byte[] passes on: it must not be written again
     * @throws IllegalArgumentException if the value is of another kind
     */
    public Builder add(String name, Object value) {
      Objects.requireNonNull(name, "name");
      entries.add(name);
      entries.add(value == null ? null : Values.immutable(name, value));
      return this;
    }

    /** Adds all headers of another, in order. */
    public Builder addAll(Headers headers) {
      entries.addAll(Arrays.asList(headers.entries));
      return this;
    }

    /** Replaces every header of this name by one at the end. */
    public Builder set(String name, Object value) {
      remove(name);
      return add(name, value);
    }

    /** Removes every header of exactly this name. */
    public Builder remove(String name) {
      Objects.requireNonNull(name, "name");
      return removeIf(name::equals);
    }

    /**
     * Removes every header of a name that is compared without regard to case.
     *
     * @since 1.2
     */
    public Builder removeIgnoreCase(String name) {
      Objects.requireNonNull(name, "name");
      return removeIf(name::equalsIgnoreCase);
    }

    private Builder removeIf(Predicate<String> name) {
      for (int i = entries.size() - 2; i >= 0; i -= 2) {
        if (name.test((String) entries.get(i))) {
          entries.subList(i, i + 2).clear();
        }
      }
      return this;
    }

    /** The headers collected so far; the builder may be used on. */
    public Headers build() {
      return entries.isEmpty() ? EMPTY : new Headers(entries.toArray());
    }
  }
}
