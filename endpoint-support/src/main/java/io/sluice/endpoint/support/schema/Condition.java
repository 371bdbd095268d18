/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.schema;

import java.util.Map;
import java.util.Optional;

/**
 * When a part of a schema applies: a branch of {@code if}, {@code oneOf}, {@code anyOf} or {@code
 * dependentSchemas} at one place of the configuration. Compared by identity: the same {@code $defs}
 * entry used at two places gives two conditions. Immutable.
 */
final class Condition {

  /** Decides whether the schema at a pointer accepts a value. */
  @FunctionalInterface
  interface Test {
    boolean accepts(String schemaPointer, Object value);
  }

  private final Condition parent;
  private final String branch;
  private final String tested;
  private final String presentKey;
  private final boolean expected;
  private final String phrase;

  private Condition(
      Condition parent,
      String branch,
      String tested,
      String presentKey,
      boolean expected,
      String phrase) {
    this.parent = parent;
    this.branch = branch;
    this.tested = tested;
    this.presentKey = presentKey;
    this.expected = expected;
    this.phrase = phrase;
  }

  /** Holds when the schema at {@code tested} accepts, or does not accept, the place's value. */
  static Condition accepted(
      Condition parent, String branch, String tested, boolean expected, String phrase) {
    return new Condition(parent, branch, tested, null, expected, phrase);
  }

  /** Holds when the place's object has a key. */
  static Condition present(Condition parent, String branch, String key, String phrase) {
    return new Condition(parent, branch, null, key, true, phrase);
  }

  /** The condition that this one stands inside, or null. */
  Condition parent() {
    return parent;
  }

  /** Pointer to the part of the schema that applies when this holds. */
  String branch() {
    return branch;
  }

  /** Whether it holds for the object at its place, its parent apart. */
  boolean holds(Map<String, Object> object, Test test) {
    return presentKey != null
        ? object.containsKey(presentKey)
        : test.accepts(tested, object) == expected;
  }

  /** The condition in words, such as {@code when a.b is PEM}, if it has any. */
  Optional<String> phrase() {
    Optional<String> outer = parent == null ? Optional.empty() : parent.phrase();
    if (phrase == null || outer.isEmpty()) {
      return phrase == null ? outer : Optional.of(phrase);
    }
    boolean both = outer.get().startsWith("when ") && phrase.startsWith("when ");
    return Optional.of(
        both ? outer.get() + " and " + phrase.substring(5) : outer.get() + ", " + phrase);
  }
}
