/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.schema;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Collects the fragments that speak about one place, and the conditions that are decided there, by
 * following {@code $ref}, {@code allOf} and every branch.
 */
final class SchemaExpansion {

  private final SchemaDocument document;
  private final String key;
  private final List<Fragment> fragments = new ArrayList<>();
  private final List<Condition> conditions = new ArrayList<>();

  /**
   * Expands fragments.
   *
   * @param key the dotted key of the place
   * @throws IllegalArgumentException if a {@code $ref} leads nowhere or in a circle
   */
  SchemaExpansion(SchemaDocument document, String key, List<Fragment> seeds) {
    this.document = document;
    this.key = key;
    seeds.forEach(this::expand);
  }

  List<Fragment> fragments() {
    return List.copyOf(fragments);
  }

  /** Parents first. */
  List<Condition> conditions() {
    return List.copyOf(conditions);
  }

  private void expand(Fragment fragment) {
    fragments.add(fragment);
    fragment.keyword("$ref").ifPresent(ref -> expandReference(fragment, ref.getAsString()));
    expandParts(fragment);
    expandChoice(fragment, "oneOf");
    expandChoice(fragment, "anyOf");
    fragment.keyword("if").ifPresent(test -> expandConditional(fragment, test));
    expandDependents(fragment);
  }

  private void expandReference(Fragment from, String ref) {
    String target = SchemaDocument.target(ref);
    if (from.refs().contains(target)) {
      throw new IllegalArgumentException("recursive $ref to #" + target);
    }
    List<String> refs = new ArrayList<>(from.refs());
    refs.add(target);
    expand(Fragment.of(target, document.at(target), from.when(), List.copyOf(refs)));
  }

  private void expandParts(Fragment from) {
    if (from.schema().get("allOf") instanceof JsonArray parts) {
      for (int i = 0; i < parts.size(); i++) {
        expand(Fragment.of(from.pointer() + "/allOf/" + i, parts.get(i), from.when(), from.refs()));
      }
    }
  }

  private void expandChoice(Fragment from, String keyword) {
    if (from.schema().get(keyword) instanceof JsonArray branches) {
      for (int i = 0; i < branches.size(); i++) {
        String pointer = from.pointer() + "/" + keyword + "/" + i;
        String phrase = choicePhrase(branches.get(i), branches).orElse(null);
        Condition when = Condition.accepted(from.when(), pointer, pointer, true, phrase);
        expandBranch(from, branches.get(i), when);
      }
    }
  }

  private Optional<String> choicePhrase(JsonElement branch, JsonArray all) {
    return ConditionText.discriminator(branch, key)
        .map(text -> "when " + text)
        .or(() -> unlessOthers(branch, all));
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

  private void expandConditional(Fragment from, JsonElement test) {
    Optional<String> text = ConditionText.of(test, key);
    expandConditional(from, "then", true, text.map(t -> "when " + t).orElse(null));
    expandConditional(from, "else", false, text.map(t -> "unless " + t).orElse(null));
  }

  private void expandConditional(Fragment from, String keyword, boolean expected, String phrase) {
    String tested = from.pointer() + "/if";
    String pointer = from.pointer() + "/" + keyword;
    from.keyword(keyword)
        .ifPresent(
            branch ->
                expandBranch(
                    from,
                    branch,
                    Condition.accepted(from.when(), pointer, tested, expected, phrase)));
  }

  private void expandDependents(Fragment from) {
    from.members("dependentSchemas")
        .forEach(
            (name, dependent) -> {
              String phrase = "when " + Location.join(key, name) + " is set";
              Condition when = Condition.present(from.when(), dependent.pointer(), name, phrase);
              conditions.add(when);
              expand(new Fragment(dependent.pointer(), dependent.schema(), when, dependent.refs()));
            });
  }

  private void expandBranch(Fragment from, JsonElement branch, Condition when) {
    conditions.add(when);
    expand(Fragment.of(when.branch(), branch, when, from.refs()));
  }
}
