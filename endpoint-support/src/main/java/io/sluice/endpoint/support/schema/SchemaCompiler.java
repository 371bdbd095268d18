/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.schema;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import io.sluice.endpoint.support.schema.SchemaProperty.Type;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

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
    List<Fragment> seed = List.of(Fragment.of("", document.root(), null, List.of()));
    SchemaNode root = new SchemaCompiler(document).node("", seed, true);
    if (!root.isObject()) {
      throw new IllegalArgumentException("the schema of a configuration has the type object");
    }
    return root;
  }

  private SchemaNode node(String key, List<Fragment> seeds, boolean declared) {
    SchemaExpansion expansion = new SchemaExpansion(document, key, seeds);
    List<Fragment> fragments = expansion.fragments();
    Set<String> types = types(fragments);
    SchemaNode.Parts parts = new SchemaNode.Parts();
    parts.fragments = fragments;
    parts.conditions = expansion.conditions();
    parts.declared = declared;
    parts.properties = properties(key, fragments, declared);
    parts.patterns = patterns(key, fragments);
    parts.entries = entries(key, fragments);
    parts.list = types.contains("array");
    parts.items = parts.list ? items(key, fragments, declared) : null;
    parts.types = valueTypes(types);
    boolean object = parts.types.contains(Type.OBJECT);
    if (object && parts.properties.isEmpty() && isOpen(fragments)) {
      parts.entries = Optional.ofNullable(parts.entries).orElseGet(() -> any(key));
    }
    parts.freeForm = parts.entries != null || !parts.patterns.isEmpty();
    return new SchemaNode(key, parts);
  }

  private Map<String, SchemaNode> properties(String key, List<Fragment> all, boolean declared) {
    Map<String, List<Fragment>> seeds = new LinkedHashMap<>();
    for (Fragment fragment : all) {
      fragment
          .members("properties")
          .forEach((name, f) -> seeds.computeIfAbsent(name, n -> new ArrayList<>()).add(f));
    }
    seeds.values().removeIf(fragments -> fragments.stream().allMatch(Fragment::forbids));
    Map<String, SchemaNode> nodes = new LinkedHashMap<>();
    seeds.forEach((name, f) -> nodes.put(name, node(Location.join(key, name), f, declared)));
    return Collections.unmodifiableMap(nodes);
  }

  private Map<Pattern, SchemaNode> patterns(String key, List<Fragment> fragments) {
    Map<Pattern, SchemaNode> nodes = new LinkedHashMap<>();
    for (Fragment fragment : fragments) {
      fragment
          .members("patternProperties")
          .forEach(
              (pattern, f) ->
                  nodes.put(
                      Pattern.compile(pattern), node(Location.join(key, "*"), List.of(f), false)));
    }
    return nodes;
  }

  private SchemaNode entries(String key, List<Fragment> fragments) {
    List<Fragment> seeds = new ArrayList<>();
    for (Fragment fragment : fragments) {
      fragment.member("additionalProperties").ifPresent(seeds::add);
      fragment.member("unevaluatedProperties").ifPresent(seeds::add);
    }
    seeds.removeIf(Fragment::forbids);
    return seeds.isEmpty() ? null : node(Location.join(key, "*"), seeds, false);
  }

  private SchemaNode items(String key, List<Fragment> fragments, boolean declared) {
    List<Fragment> seeds = new ArrayList<>();
    fragments.forEach(fragment -> fragment.member("items").ifPresent(seeds::add));
    return node(Location.join(key, "*"), seeds, declared);
  }

  private SchemaNode any(String key) {
    return node(Location.join(key, "*"), List.of(), false);
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

  /** In the order of the schema. */
  private static Set<Type> valueTypes(Set<String> names) {
    Set<Type> types = new LinkedHashSet<>();
    for (String name : names) {
      Stream.of(Type.values())
          .filter(type -> type.name().toLowerCase(Locale.ROOT).equals(name))
          .forEach(types::add);
    }
    return Collections.unmodifiableSet(types);
  }

  private static List<String> strings(JsonElement value) {
    if (value == null) {
      return List.of();
    }
    return value instanceof JsonArray array
        ? array.asList().stream().map(JsonElement::getAsString).toList()
        : List.of(value.getAsString());
  }
}
