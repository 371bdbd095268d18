/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.schema;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The configuration under diagnosis, beside what the schema says about each of its places.
 *
 * @param document the schema's text
 * @param root the schema's places
 * @param tree the configuration, defaults filled in
 */
record Subject(SchemaDocument document, SchemaNode root, Map<String, Object> tree) {

  /** The schema object that a failed keyword stands in. */
  JsonObject schema(Failure failure) {
    return document.objectAt(failure.schema());
  }

  /** What the schema says about a place; null when it does not know it. */
  SchemaNode node(String pointer) {
    SchemaNode node = root;
    for (String token : JsonPointer.tokens(pointer)) {
      if (node != null) {
        boolean entry = node.isList() && token.matches("\\d+");
        node = entry ? node.items() : node.child(token);
      }
    }
    return node;
  }

  /** The value at a place, or null. */
  Object value(String pointer) {
    Object value = tree;
    for (String token : JsonPointer.tokens(pointer)) {
      if (value instanceof List<?> list) {
        value = list.get(Integer.parseInt(token));
      } else {
        value = value instanceof Map<?, ?> map ? map.get(token) : null;
      }
    }
    return value;
  }

  /**
   * The condition of the branch that a failure lies in, in words, with a blank before; or nothing.
   */
  String phrase(Failure failure) {
    return failure
        .path()
        .branch()
        .flatMap(step -> condition(failure, step))
        .flatMap(Condition::phrase)
        .map(phrase -> " " + phrase)
        .orElse("");
  }

  private Optional<Condition> condition(Failure failure, EvaluationPath.Step branch) {
    SchemaNode anchor = node(ancestor(failure.instance(), branch.depth()));
    return anchor == null
        ? Optional.empty()
        : anchor.conditions().stream()
            .filter(condition -> condition.branch().equals(branch.schema()))
            .findFirst();
  }

  /** The places that decided whether the branch of a failure applies. */
  Set<String> tested(Failure failure) {
    Set<String> tested = new HashSet<>();
    for (EvaluationPath.Step branch : failure.path().conditionals()) {
      String anchor = ancestor(failure.instance(), branch.depth());
      if (branch.keyword().equals("dependentSchemas")) {
        tested.add(JsonPointer.child(anchor, branch.argument()));
      } else {
        String test = branch.schema().replaceFirst("/(then|else)$", "/if");
        tested.addAll(TestedPlaces.of(document.at(test), anchor));
      }
    }
    return tested;
  }

  /** The places that a failure is about: the keys that are missing, else the value itself. */
  List<String> places(Failure failure) {
    if (value(failure.instance()) instanceof Map<?, ?> object) {
      JsonElement names = schema(failure).get(failure.keyword());
      if (failure.keyword().equals("required")) {
        return missing(failure, object, strings(names));
      }
      if (failure.keyword().equals("dependentRequired")) {
        return missing(failure, object, dependents(names.getAsJsonObject(), object));
      }
    }
    return List.of(failure.instance());
  }

  /** The key that makes another one required. */
  Optional<String> dependedOn(Failure failure, String missing) {
    return value(failure.instance()) instanceof Map<?, ?> object
        ? schema(failure).getAsJsonObject("dependentRequired").entrySet().stream()
            .filter(e -> object.containsKey(e.getKey()))
            .filter(e -> missing(failure, object, strings(e.getValue())).contains(missing))
            .map(Map.Entry::getKey)
            .findFirst()
        : Optional.empty();
  }

  private static List<String> missing(Failure failure, Map<?, ?> object, List<String> names) {
    return names.stream()
        .filter(name -> !object.containsKey(name))
        .map(name -> JsonPointer.child(failure.instance(), name))
        .toList();
  }

  private static List<String> dependents(JsonObject names, Map<?, ?> object) {
    return names.entrySet().stream()
        .filter(e -> object.containsKey(e.getKey()))
        .flatMap(e -> strings(e.getValue()).stream())
        .distinct()
        .toList();
  }

  private static String ancestor(String pointer, int depth) {
    String ancestor = "";
    for (String token : JsonPointer.tokens(pointer).subList(0, depth)) {
      ancestor = JsonPointer.child(ancestor, token);
    }
    return ancestor;
  }

  private static List<String> strings(JsonElement array) {
    return array.getAsJsonArray().asList().stream().map(JsonElement::getAsString).toList();
  }

  /** Only the keys: values may be secret. */
  @Override
  public String toString() {
    return "Subject[" + tree.keySet() + "]";
  }
}
