/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.schema;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Decides what to say when no branch of a {@code oneOf} or {@code anyOf} fits, or too many do. The
 * validator reports the failures of every branch; an operator meant one. One run, one thread.
 */
final class Choices {

  /**
   * A choice to report as such.
   *
   * @param failure of the choice itself
   * @param message what it wants
   * @param tested the places that its branches look at
   */
  record Open(Failure failure, String message, Set<String> tested) {}

  private final Subject subject;
  private final List<Failure> plain = new ArrayList<>();
  private final List<Open> open = new ArrayList<>();

  Choices(Subject subject, List<Failure> failures) {
    this.subject = subject;
    sift(failures, "");
  }

  /** The failures outside of choices, and those of the branches that were most likely meant. */
  List<Failure> plain() {
    return plain;
  }

  /** The choices of which no branch can be called meant. */
  List<Open> open() {
    return open;
  }

  /** Divides the failures behind a path into plain ones and those of choices. */
  private void sift(List<Failure> failures, String path) {
    Map<String, Map<String, List<Failure>>> branches = new LinkedHashMap<>();
    for (Failure failure : failures) {
      failure
          .path()
          .choiceAfter(path)
          .ifPresent(
              step ->
                  branches
                      .computeIfAbsent(step.text(), text -> new TreeMap<>())
                      .computeIfAbsent(step.argument(), branch -> new ArrayList<>())
                      .add(failure));
    }
    for (Failure failure : failures) {
      if (failure.path().choiceAfter(path).isEmpty()) {
        if (failure.isChoice()) {
          decide(failure, branches.getOrDefault(failure.text(), Map.of()));
        } else {
          plain.add(failure);
        }
      }
    }
  }

  private void decide(Failure choice, Map<String, List<Failure>> branches) {
    JsonObject schema = subject.schema(choice);
    JsonArray schemas = schema.getAsJsonArray(choice.keyword());
    boolean tooMany = branches.size() < schemas.size();
    Optional<String> demand = demand(choice, schemas, tooMany);
    Optional<Open> discriminator = discriminator(branches, schemas);
    if (demand.isPresent()) {
      open(choice, demand.get(), branches);
    } else if (discriminator.isPresent()) {
      open.add(discriminator.get());
    } else {
      branches.values().stream()
          .min(Comparator.comparingLong(branch -> unlikeliness(choice, branch)))
          .ifPresent(likeliest -> sift(likeliest, choice.text()));
    }
  }

  /** What the choice wants as a whole, if that can be said. */
  private Optional<String> demand(Failure choice, JsonArray branches, boolean tooMany) {
    JsonObject schema = subject.schema(choice);
    if (schema.has("errorMessage")) {
      return Optional.of(schema.get("errorMessage").getAsString());
    }
    String when = subject.phrase(choice);
    String key = Location.of(choice.instance()).key();
    Optional<String> keys = joined(branches, " or ", b -> ConditionText.requiredKeys(b, key));
    if (keys.isPresent()) {
      return keys.map(text -> (tooMany ? "takes only one of " : "needs ") + text + when);
    }
    Optional<String> texts = joined(branches, "; ", branch -> ConditionText.of(branch, key));
    if (tooMany) {
      return Optional.of("fits more than one of its forms" + when + after(": ", texts));
    }
    String least = choice.keyword().equals("oneOf") ? "one" : "at least one";
    return texts.map(text -> "needs " + least + " of these" + when + ": " + text);
  }

  private static String after(String separator, Optional<String> text) {
    return text.map(separator::concat).orElse("");
  }

  /** The texts of all branches, or nothing when one has none. */
  private static Optional<String> joined(
      JsonArray branches, String separator, Function<JsonElement, Optional<String>> wording) {
    List<Optional<String>> texts = branches.asList().stream().map(wording).toList();
    return texts.stream().allMatch(Optional::isPresent)
        ? Optional.of(texts.stream().map(Optional::get).collect(Collectors.joining(separator)))
        : Optional.empty();
  }

  private void open(Failure choice, String message, Map<String, List<Failure>> branches) {
    Set<String> tested = new HashSet<>();
    branches.values().forEach(list -> list.forEach(f -> tested.addAll(subject.places(f))));
    open.add(new Open(choice, message, tested));
  }

  /** The value that should have told the branches apart, when it fits none. */
  private Optional<Open> discriminator(Map<String, List<Failure>> branches, JsonArray schemas) {
    List<Failure> fixed =
        branches.values().stream().flatMap(List::stream).filter(Failure::isFixedValue).toList();
    Map<String, List<Failure>> byPlace =
        fixed.stream().collect(Collectors.groupingBy(Failure::instance));
    return byPlace.values().stream()
        .filter(failures -> failures.size() == schemas.size())
        .findFirst()
        .map(this::discriminator);
  }

  private Open discriminator(List<Failure> failures) {
    Failure first = failures.get(0);
    String values =
        failures.stream()
            .flatMap(failure -> Wording.fixedValues(subject.schema(failure)).stream())
            .distinct()
            .collect(Collectors.joining(", "));
    String shown = Wording.shown(subject.node(first.instance()), subject.value(first.instance()));
    return new Open(first, "must be one of " + values + shown, Set.of());
  }

  /** A branch whose fixed values are not met, or that wants another type, was hardly meant. */
  private static long unlikeliness(Failure choice, List<Failure> branch) {
    long unmet =
        branch.stream()
            .filter(
                failure ->
                    failure.isFixedValue()
                        || failure.keyword().equals("false")
                        || failure.instance().equals(choice.instance())
                            && failure.keyword().equals("type"))
            .count();
    return unmet * 1000 + branch.size();
  }
}
