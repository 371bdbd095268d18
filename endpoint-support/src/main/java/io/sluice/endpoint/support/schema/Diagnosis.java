package io.sluice.endpoint.support.schema;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.harrel.jsonschema.Error;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Turns what the validator found into what an operator must know: one violation a mistake, in words,
 * at the key to repair. What was merely tested is left out, of a choice only the branch that was
 * most likely meant is reported, and of several failures of one value only the first in {@link
 * #RANK}. One run, one thread.
 */
final class Diagnosis {

  /** The failures that a value is told about, the most telling first; others come last. */
  private static final List<String> RANK =
      List.of("required", "dependentRequired", "false", "type", "enum", "const");

  /** Keywords that fail only because something below them does. */
  private static final Set<String> SUMMARIES =
      Set.of("if", "allOf", "$ref", "dependentSchemas", "properties", "items");

  private final SchemaDocument document;
  private final SchemaNode root;
  private final Map<String, Object> tree;
  private final Findings findings;

  /** A failure with the way that led to it. */
  private record Failure(String keyword, String instance, String schema, EvaluationPath path, String text) {

    int rank() {
      int rank = RANK.indexOf(keyword);
      return rank < 0 ? RANK.size() : rank;
    }
  }

  /** A choice none of whose branches fits, or more than one, and the places that its branches test. */
  private record OpenChoice(Failure failure, JsonArray branches, int matches, Set<String> tested) {}

  private final List<Failure> failures = new ArrayList<>();
  private final List<OpenChoice> choices = new ArrayList<>();

  Diagnosis(
      SchemaDocument document, SchemaNode root, Map<String, Object> tree, Findings findings) {
    this.document = document;
    this.root = root;
    this.tree = tree;
    this.findings = findings;
  }

  /** Adds the violations that the errors mean. */
  void report(List<Error> errors) {
    List<Failure> all = new ArrayList<>();
    errors.stream().map(this::failure).filter(f -> !f.path().isTest()).forEach(all::add);
    sift(all, "");
    failures.stream()
        .sorted(Comparator.comparingInt(Failure::rank).thenComparing(f -> phrase(f).length()))
        .forEach(this::report);
    // Only now is it known which places are wrong by themselves.
    choices.forEach(this::report);
  }

  private Failure failure(Error error) {
    EvaluationPath path = EvaluationPath.parse(error.getEvaluationPath(), document);
    String schema = error.getSchemaLocation();
    String pointer = schema.substring(schema.indexOf('#') + 1);
    String keyword = error.getKeyword() == null ? "false" : error.getKeyword();
    return new Failure(
        keyword, error.getInstanceLocation(), pointer, path, error.getEvaluationPath());
  }

  /** Divides failures into plain ones and those of choices, which are decided here. */
  private void sift(List<Failure> all, String within) {
    Map<String, Map<String, List<Failure>>> branches = new LinkedHashMap<>();
    for (Failure failure : all) {
      failure
          .path()
          .choiceAfter(within)
          .ifPresent(
              step ->
                  branches
                      .computeIfAbsent(step.text(), text -> new TreeMap<>())
                      .computeIfAbsent(step.argument(), branch -> new ArrayList<>())
                      .add(failure));
    }
    for (Failure failure : all) {
      if (failure.path().choiceAfter(within).isEmpty()) {
        if (failure.keyword().equals("oneOf") || failure.keyword().equals("anyOf")) {
          decide(failure, branches.getOrDefault(failure.text(), Map.of()));
        } else if (!SUMMARIES.contains(failure.keyword())) {
          failures.add(failure);
        }
      }
    }
  }

  private void decide(Failure choice, Map<String, List<Failure>> branches) {
    JsonArray schemas =
        document.objectAt(choice.schema()).getAsJsonArray(choice.keyword());
    int matches = schemas.size() - branches.size();
    if (matches > 0 || isWorded(choice, schemas)) {
      Set<String> tested = new HashSet<>();
      branches.values().forEach(list -> list.forEach(f -> tested.addAll(places(f))));
      choices.add(new OpenChoice(choice, schemas, matches, tested));
    } else {
      branches.values().stream()
          .min(Comparator.comparingLong(Diagnosis::unlikeliness))
          .ifPresent(likeliest -> sift(likeliest, choice.text()));
    }
  }

  /** A branch whose fixed values or types are not met was hardly meant. */
  private static long unlikeliness(List<Failure> branch) {
    long unmet =
        branch.stream()
            .filter(f -> Set.of("const", "enum", "type", "false").contains(f.keyword()))
            .count();
    return unmet * 1000 + branch.size();
  }

  private boolean isWorded(Failure choice, JsonArray branches) {
    return document.objectAt(choice.schema()).has("errorMessage")
        || alternatives(choice, branches).isPresent();
  }

  private Optional<String> alternatives(Failure choice, JsonArray branches) {
    String key = Location.of(choice.instance()).key();
    List<String> texts = new ArrayList<>();
    for (JsonElement branch : branches) {
      Optional<String> text = ConditionText.of(branch, key);
      if (text.isEmpty()) {
        return Optional.empty();
      }
      texts.add(text.get());
    }
    return Optional.of(String.join("; ", texts));
  }

  private void report(OpenChoice choice) {
    boolean explained =
        choice.tested().stream().anyMatch(findings::isSettled)
            || findings.isSettled(choice.failure().instance());
    if (!explained) {
      Failure failure = choice.failure();
      findings.add(Location.of(failure.instance()), demand(choice) + suffix(phrase(failure)));
    }
  }

  private String demand(OpenChoice choice) {
    JsonObject schema = document.objectAt(choice.failure().schema());
    if (schema.has("errorMessage")) {
      return schema.get("errorMessage").getAsString();
    }
    String which = alternatives(choice.failure(), choice.branches()).map(t -> ": " + t).orElse("");
    boolean one = choice.failure().keyword().equals("oneOf");
    if (choice.matches() > 1) {
      return "only one of these may hold" + which;
    }
    return (one ? "one of these must hold" : "at least one of these must hold") + which;
  }

  private void report(Failure failure) {
    List<String> places = places(failure);
    boolean missing = failure.keyword().equals("required");
    if (missing || failure.keyword().equals("dependentRequired")) {
      places.forEach(place -> reportOnce(place, missingText(failure, place)));
    } else if (!isUnknown(failure)) {
      reportOnce(failure.instance(), valueText(failure));
    }
  }

  private void reportOnce(String pointer, String message) {
    if (!findings.isSettled(pointer)) {
      findings.add(Location.of(pointer), message);
    }
  }

  private String missingText(Failure failure, String place) {
    if (failure.keyword().equals("required")) {
      return "is required" + suffix(phrase(failure));
    }
    Map<?, ?> object = (Map<?, ?>) valueAt(failure.instance());
    String name = lastToken(place);
    return document
        .objectAt(failure.schema())
        .getAsJsonObject("dependentRequired")
        .entrySet()
        .stream()
        .filter(e -> object.containsKey(e.getKey()))
        .filter(e -> strings(e.getValue()).contains(name))
        .findFirst()
        .map(e -> Location.of(failure.instance()).child(e.getKey()).key())
        .map(key -> "is required when " + key + " is set")
        .orElse("is required");
  }

  private String valueText(Failure failure) {
    SchemaNode node = nodeAt(failure.instance());
    String demand =
        Wording.demand(failure.keyword(), document.objectAt(failure.schema()), node);
    boolean allowed = !failure.keyword().equals("false");
    String value = allowed ? Wording.shown(node, valueAt(failure.instance())) : "";
    return demand + suffix(phrase(failure)) + value;
  }

  /** The keys that a failure is about: missing ones by name, else the place itself. */
  private List<String> places(Failure failure) {
    if (!(valueAt(failure.instance()) instanceof Map<?, ?> object)) {
      return List.of(failure.instance());
    }
    JsonElement names = document.objectAt(failure.schema()).get(failure.keyword());
    List<String> wanted =
        switch (failure.keyword()) {
          case "required" -> strings(names);
          case "dependentRequired" -> dependents(names.getAsJsonObject(), object);
          default -> null;
        };
    return wanted == null
        ? List.of(failure.instance())
        : wanted.stream()
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

  /** Unknown keys are reported by {@link UnknownKeys}, with a hint. */
  private boolean isUnknown(Failure failure) {
    return failure.keyword().equals("additionalProperties")
        || failure.keyword().equals("unevaluatedProperties")
        || (failure.keyword().equals("false") && nodeAt(failure.instance()) == null);
  }

  /** The condition of the branch that a failure lies in, in words, or nothing. */
  private String phrase(Failure failure) {
    return failure
        .path()
        .branch()
        .flatMap(
            step -> {
              SchemaNode anchor = nodeAt(ancestor(failure.instance(), step.depth()));
              return anchor == null
                  ? Optional.empty()
                  : anchor.conditions().stream()
                      .filter(condition -> condition.branch().equals(step.schema()))
                      .findFirst();
            })
        .flatMap(Condition::phrase)
        .orElse("");
  }

  private static String ancestor(String pointer, int depth) {
    String ancestor = "";
    for (String token : JsonPointer.tokens(pointer).subList(0, depth)) {
      ancestor = JsonPointer.child(ancestor, token);
    }
    return ancestor;
  }

  private SchemaNode nodeAt(String pointer) {
    SchemaNode node = root;
    for (String token : JsonPointer.tokens(pointer)) {
      if (node != null) {
        boolean entry = node.isList() && token.matches("\\d+");
        node = entry ? node.items() : node.child(token);
      }
    }
    return node;
  }

  private Object valueAt(String pointer) {
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

  private static List<String> strings(JsonElement array) {
    return array.getAsJsonArray().asList().stream().map(JsonElement::getAsString).toList();
  }

  private static String lastToken(String pointer) {
    List<String> tokens = JsonPointer.tokens(pointer);
    return tokens.get(tokens.size() - 1);
  }

  private static String suffix(String text) {
    return text.isEmpty() ? "" : " " + text;
  }
}
