/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.schema;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import io.sluice.endpoint.support.schema.SchemaNode.Fragment;
import io.sluice.endpoint.support.schema.SchemaProperty.Type;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Turns a schema into the tree of its places. All branches are followed, since a key is known when
 * any branch names it; each fragment remembers the condition under which it applies.
 */
final class SchemaCompiler {

  private final SchemaDocument document;

  private SchemaCompiler(SchemaDocument document) {
    this.document = document;
  }

  /**
   * The root of a schema's places.
   *
   * @throws IllegalArgumentException if it does not describe an object or is recursive
   */
  static SchemaNode compile(SchemaDocument document) {
    List<Fragment> seed = List.of(fragment("", document.root(), null, List.of()));
    SchemaNode root = new SchemaCompiler(document).node("", seed, true);
    if (!root.isObject()) {
      throw new IllegalArgumentException("the schema of a configuration has the type object");
    }
    return root;
  }

  private SchemaNode node(String key, List<Fragment> seeds, boolean declared) {
    Expansion expansion = new Expansion(key);
    seeds.forEach(expansion::expand);
    SchemaNode.Parts parts = new SchemaNode.Parts();
    parts.fragments = List.copyOf(expansion.fragments);
    parts.conditions = List.copyOf(expansion.conditions);
    parts.declared = declared;
    parts.properties = properties(key, expansion.fragments, declared);
    parts.patterns = patterns(key, expansion.fragments);
    parts.entries = entries(key, expansion.fragments);
    Set<String> types = types(expansion.fragments);
    parts.list = types.contains("array");
    parts.items = parts.list ? items(key, expansion.fragments, declared) : null;
    parts.types = valueTypes(types);
    boolean object = parts.types.contains(Type.OBJECT);
    if (object && parts.properties.isEmpty() && isOpen(expansion.fragments)) {
      parts.entries = Optional.ofNullable(parts.entries).orElseGet(() -> any(key));
    }
    parts.freeForm = parts.entries != null || !parts.patterns.isEmpty();
    return new SchemaNode(key, parts);
  }

  private Map<String, SchemaNode> properties(String key, List<Fragment> all, boolean declared) {
    Map<String, List<Fragment>> seeds = new LinkedHashMap<>();
    for (Fragment fragment : all) {
      members(fragment, "properties")
          .forEach((name, f) -> seeds.computeIfAbsent(name, n -> new ArrayList<>()).add(f));
    }
    seeds.values().removeIf(fragments -> fragments.stream().allMatch(Fragment::forbids));
    Map<String, SchemaNode> nodes = new LinkedHashMap<>();
    seeds.forEach((name, f) -> nodes.put(name, node(child(key, name), f, declared)));
    return Collections.unmodifiableMap(nodes);
  }

  private Map<Pattern, SchemaNode> patterns(String key, List<Fragment> fragments) {
    Map<Pattern, SchemaNode> nodes = new LinkedHashMap<>();
    for (Fragment fragment : fragments) {
      members(fragment, "patternProperties")
          .forEach(
              (pattern, f) ->
                  nodes.put(Pattern.compile(pattern), node(child(key, "*"), List.of(f), false)));
    }
    return nodes;
  }

  private SchemaNode entries(String key, List<Fragment> fragments) {
    List<Fragment> seeds = new ArrayList<>();
    for (Fragment fragment : fragments) {
      member(fragment, "additionalProperties").ifPresent(seeds::add);
      member(fragment, "unevaluatedProperties").ifPresent(seeds::add);
    }
    seeds.removeIf(Fragment::forbids);
    return seeds.isEmpty() ? null : node(child(key, "*"), seeds, false);
  }

  private SchemaNode items(String key, List<Fragment> fragments, boolean declared) {
    List<Fragment> seeds = new ArrayList<>();
    fragments.forEach(fragment -> member(fragment, "items").ifPresent(seeds::add));
    return node(child(key, "*"), seeds, declared);
  }

  private SchemaNode any(String key) {
    return node(child(key, "*"), List.of(), false);
  }

  private static boolean isOpen(List<Fragment> fragments) {
    JsonPrimitive closed = new JsonPrimitive(false);
    return fragments.stream()
        .noneMatch(fragment -> closed.equals(fragment.schema().get("additionalProperties")));
  }

  private static Set<String> types(List<Fragment> fragments) {
    Set<String> types = new LinkedHashSet<>();
    for (Fragment fragment : fragments) {
      strings(fragment.schema().get("type")).forEach(types::add);
    }
    if (types.isEmpty()) {
      fragments.forEach(fragment -> types.addAll(impliedTypes(fragment.schema())));
    }
    return types;
  }

  /** What a schema without {@code type} shows by its other keywords. */
  private static List<String> impliedTypes(JsonObject schema) {
    if (schema.has("properties") || schema.has("additionalProperties")) {
      return List.of("object");
    }
    if (schema.has("items")) {
      return List.of("array");
    }
    JsonElement sample = schema.has("const") ? schema.get("const") : schema.get("default");
    if (schema.has("enum") && !schema.getAsJsonArray("enum").isEmpty()) {
      sample = schema.getAsJsonArray("enum").get(0);
    }
    Object value = sample == null ? null : JsonCodec.decode(sample);
    if (value instanceof String) {
      return List.of("string");
    }
    if (value instanceof Boolean) {
      return List.of("boolean");
    }
    return value instanceof Number
        ? List.of(value instanceof Long ? "integer" : "number")
        : List.of();
  }

  private static Set<Type> valueTypes(Set<String> names) {
    Set<Type> types = EnumSet.noneOf(Type.class);
    for (Type type : Type.values()) {
      if (names.contains(type.name().toLowerCase(Locale.ROOT))) {
        types.add(type);
      }
    }
    return Collections.unmodifiableSet(types);
  }

  private Map<String, Fragment> members(Fragment owner, String keyword) {
    Map<String, Fragment> members = new LinkedHashMap<>();
    if (owner.schema().get(keyword) instanceof JsonObject schemas) {
      String pointer = JsonPointer.child(owner.pointer(), keyword);
      schemas
          .entrySet()
          .forEach(
              e ->
                  members.put(
                      e.getKey(),
                      fragment(
                          JsonPointer.child(pointer, e.getKey()),
                          e.getValue(),
                          owner.when(),
                          owner.refs())));
    }
    return members;
  }

  private Optional<Fragment> member(Fragment owner, String keyword) {
    return Optional.ofNullable(owner.schema().get(keyword))
        .map(
            schema ->
                fragment(
                    JsonPointer.child(owner.pointer(), keyword),
                    schema,
                    owner.when(),
                    owner.refs()));
  }

  private static Fragment fragment(
      String pointer, JsonElement schema, Condition when, List<String> refs) {
    if (schema instanceof JsonObject object) {
      return new Fragment(pointer, object, when, refs);
    }
    JsonObject bool = schema.getAsBoolean() ? new JsonObject() : SchemaNode.FALSE;
    return new Fragment(pointer, bool, when, refs);
  }

  private static List<String> strings(JsonElement value) {
    if (value == null) {
      return List.of();
    }
    return value instanceof JsonArray array
        ? array.asList().stream().map(JsonElement::getAsString).toList()
        : List.of(value.getAsString());
  }

  private static String child(String key, String name) {
    return key.isEmpty() ? name : key + "." + name;
  }

  /** Collects the fragments that speak about one place. */
  private final class Expansion {

    private final String key;
    private final List<Fragment> fragments = new ArrayList<>();
    private final List<Condition> conditions = new ArrayList<>();

    Expansion(String key) {
      this.key = key;
    }

    void expand(Fragment fragment) {
      fragments.add(fragment);
      if (fragment.schema().has("$ref")) {
        expandReference(fragment);
      }
      expandEach(fragment, "allOf", (branch, all, pointer) -> fragment.when());
      expandEach(
          fragment, "oneOf", (branch, all, pointer) -> choice(fragment, branch, all, pointer));
      expandEach(
          fragment, "anyOf", (branch, all, pointer) -> choice(fragment, branch, all, pointer));
      if (fragment.schema().has("if")) {
        expandConditional(fragment);
      }
      if (fragment.schema().has("dependentSchemas")) {
        expandDependents(fragment);
      }
    }

    private void expandReference(Fragment from) {
      String target = SchemaDocument.target(from.schema().get("$ref").getAsString());
      if (from.refs().contains(target)) {
        throw new IllegalArgumentException("recursive $ref to #" + target);
      }
      List<String> refs = new ArrayList<>(from.refs());
      refs.add(target);
      expand(fragment(target, document.at(target), from.when(), List.copyOf(refs)));
    }

    private void expandEach(Fragment from, String keyword, Guard guard) {
      if (from.schema().get(keyword) instanceof JsonArray branches) {
        for (int i = 0; i < branches.size(); i++) {
          String pointer = from.pointer() + "/" + keyword + "/" + i;
          Condition when = guard.of(branches.get(i), branches, pointer);
          expand(fragment(pointer, branches.get(i), when, from.refs()));
        }
      }
    }

    private Condition choice(Fragment from, JsonElement branch, JsonArray all, String pointer) {
      String phrase =
          ConditionText.discriminator(branch, key)
              .map(text -> "when " + text)
              .or(() -> unlessOthers(branch, all))
              .orElse(null);
      return declare(Condition.accepted(from.when(), pointer, pointer, true, phrase));
    }

    /** Of branches that only want keys to be there, one is right when the others are not. */
    private Optional<String> unlessOthers(JsonElement branch, JsonArray all) {
      List<Optional<String>> others =
          all.asList().stream()
              .filter(other -> other != branch)
              .map(other -> ConditionText.requiredKeys(other, key))
              .toList();
      boolean worded =
          ConditionText.requiredKeys(branch, key).isPresent()
              && others.stream().allMatch(Optional::isPresent);
      return worded && !others.isEmpty()
          ? Optional.of(
              others.stream()
                  .map(Optional::get)
                  .collect(Collectors.joining(" or ", "unless ", " is set")))
          : Optional.empty();
    }

    private void expandConditional(Fragment from) {
      String tested = from.pointer() + "/if";
      Optional<String> text = ConditionText.of(from.schema().get("if"), key);
      expandBranch(from, "then", tested, true, text.map(t -> "when " + t).orElse(null));
      expandBranch(from, "else", tested, false, text.map(t -> "unless " + t).orElse(null));
    }

    private void expandBranch(
        Fragment from, String keyword, String tested, boolean expected, String phrase) {
      JsonElement branch = from.schema().get(keyword);
      if (branch != null) {
        String pointer = from.pointer() + "/" + keyword;
        Condition when =
            declare(Condition.accepted(from.when(), pointer, tested, expected, phrase));
        expand(fragment(pointer, branch, when, from.refs()));
      }
    }

    private void expandDependents(Fragment from) {
      members(from, "dependentSchemas")
          .forEach(
              (name, dependent) -> {
                String phrase = "when " + child(key, name) + " is set";
                Condition when =
                    declare(Condition.present(from.when(), dependent.pointer(), name, phrase));
                expand(fragment(dependent.pointer(), dependent.schema(), when, dependent.refs()));
              });
    }

    private Condition declare(Condition condition) {
      conditions.add(condition);
      return condition;
    }
  }

  /** The condition that a branch stands under. */
  @FunctionalInterface
  private interface Guard {
    Condition of(JsonElement branch, JsonArray all, String pointer);
  }
}
