/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.schema;

import com.google.gson.JsonElement;
import io.sluice.endpoint.support.schema.SchemaProperty.Type;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * All that a schema says about one place of a configuration, {@code $ref}, {@code allOf} and every
 * branch followed. The tree of these is what each view of the schema walks. Immutable.
 */
final class SchemaNode {

  private final String key;
  private final Parts parts;

  /** What {@link SchemaCompiler} has gathered for a place. */
  static final class Parts {
    List<Fragment> fragments = List.of();
    List<Condition> conditions = List.of();
    Map<String, SchemaNode> properties = Map.of();
    Map<Pattern, SchemaNode> patterns = Map.of();
    SchemaNode entries;
    SchemaNode items;
    Set<Type> types = Set.of();
    boolean list;
    boolean freeForm;
    boolean declared;
  }

  SchemaNode(String key, Parts parts) {
    this.key = key;
    this.parts = parts;
  }

  /** The dotted key; {@code *} for an entry of a list or free-form map. */
  String key() {
    return key;
  }

  List<Fragment> fragments() {
    return parts.fragments;
  }

  /** The conditions that are decided by the object at this place, parents first. */
  List<Condition> conditions() {
    return parts.conditions;
  }

  /** The named properties, in the order of the schema. */
  Map<String, SchemaNode> properties() {
    return parts.properties;
  }

  /** What a key of the object means, or null when the schema does not know it. */
  SchemaNode child(String name) {
    SchemaNode property = parts.properties.get(name);
    if (property != null) {
      return property;
    }
    for (Map.Entry<Pattern, SchemaNode> pattern : parts.patterns.entrySet()) {
      if (pattern.getKey().matcher(name).find()) {
        return pattern.getValue();
      }
    }
    return parts.entries;
  }

  /** What the entries of the list mean; null unless this is a list. */
  SchemaNode items() {
    return parts.items;
  }

  /** What the entries of the free-form map mean, or null. */
  SchemaNode entries() {
    return parts.entries;
  }

  boolean isList() {
    return parts.list;
  }

  boolean isObject() {
    return parts.types.contains(Type.OBJECT);
  }

  /** Whether the operator chooses the keys. */
  boolean isFreeForm() {
    return parts.freeForm;
  }

  /** Whether the schema leaves open what stands here. */
  boolean isAny() {
    return parts.types.isEmpty() && !parts.list;
  }

  boolean allows(Type type) {
    return parts.types.contains(type) || isAny();
  }

  /** Whether text stays text, also if it reads as a value of another type that is allowed. */
  boolean keepsText() {
    return isAny() || parts.types.stream().findFirst().equals(Optional.of(Type.STRING));
  }

  /** The types of one value, without the list; in the order of the schema. */
  Set<Type> types() {
    return parts.types;
  }

  boolean isSecret() {
    return fragments().stream()
        .flatMap(fragment -> fragment.keyword("format").stream())
        .anyMatch(format -> format.getAsString().equals("password"));
  }

  /**
   * Whether a message may show the value: no secret, and no entry that the schema does not name.
   */
  boolean isShowable() {
    return parts.declared && !isSecret();
  }

  /** The default that holds under the active conditions; a conditional one has precedence. */
  Optional<JsonElement> defaultIn(Set<Condition> active) {
    if (active(active).anyMatch(Fragment::forbids)) {
      return Optional.empty();
    }
    return firstDefault(active, fragment -> fragment.when() != null)
        .or(() -> firstDefault(active, fragment -> fragment.when() == null));
  }

  /** The keys that must be present under the active conditions. */
  Set<String> requiredIn(Set<Condition> active) {
    Set<String> names = new LinkedHashSet<>();
    active(active).forEach(fragment -> names.addAll(fragment.required()));
    return names;
  }

  /** The first fragment's value of a keyword. */
  Optional<JsonElement> keyword(String name) {
    return fragments().stream().flatMap(fragment -> fragment.keyword(name).stream()).findFirst();
  }

  Stream<Fragment> active(Set<Condition> active) {
    return fragments().stream().filter(fragment -> fragment.appliesIn(active));
  }

  private Optional<JsonElement> firstDefault(Set<Condition> active, Predicate<Fragment> which) {
    return active(active)
        .filter(which)
        .flatMap(fragment -> fragment.keyword("default").stream())
        .findFirst();
  }
}
