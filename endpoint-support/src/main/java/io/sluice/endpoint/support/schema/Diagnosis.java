/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.schema;

import com.google.gson.JsonObject;
import dev.harrel.jsonschema.Error;
import java.util.Comparator;
import java.util.List;
import java.util.Set;

/**
 * Turns what the validator found into what an operator must know: one violation a mistake, in
 * words, at the key to repair. What was merely tested is left out, and of several failures of one
 * value only the most telling is reported. One run, one thread.
 */
final class Diagnosis {

  /** Keywords that fail only because something below them does. */
  private static final Set<String> SUMMARIES =
      Set.of(
          "if",
          "allOf",
          "$ref",
          "dependentSchemas",
          "properties",
          "items",
          "additionalProperties",
          "unevaluatedProperties");

  /** What always applies before what depends on it; of one value the most telling first. */
  private static final Comparator<Failure> FIRST_CAUSES =
      Comparator.<Failure>comparingInt(failure -> failure.path().conditionals().size())
          .thenComparingInt(Failure::rank);

  private final Subject subject;
  private final Findings findings;

  Diagnosis(Subject subject, Findings findings) {
    this.subject = subject;
    this.findings = findings;
  }

  /** Adds the violations that the errors mean. */
  void report(List<Error> errors) {
    List<Failure> failures =
        errors.stream()
            .map(error -> Failure.of(error, subject.document()))
            .filter(failure -> !failure.path().isTest())
            .filter(failure -> !SUMMARIES.contains(failure.keyword()))
            .toList();
    Choices choices = new Choices(subject, failures);
    choices.plain().stream().sorted(FIRST_CAUSES).forEach(this::reportUnlessCaused);
    // Last, for only now is it known which places are wrong by themselves.
    choices.open().forEach(this::report);
  }

  private void report(Choices.Open choice) {
    boolean explained = choice.tested().stream().anyMatch(findings::isExplained);
    if (!explained && !isCaused(choice.failure())) {
      report(choice.failure().instance(), choice.message());
    }
  }

  private void reportUnlessCaused(Failure failure) {
    if (!isCaused(failure)) {
      report(failure);
    }
  }

  /** Whether a mistake at another place decided that this is wanted. */
  private boolean isCaused(Failure failure) {
    return subject.tested(failure).stream().anyMatch(findings::isSettled);
  }

  private void report(Failure failure) {
    switch (failure.keyword()) {
      case "required" -> missing(failure).forEach(place -> reportMissing(failure, place));
      case "dependentRequired" ->
          missing(failure).forEach(place -> reportDependent(failure, place));
      case "false" -> reportForbidden(failure);
      default -> reportValue(failure);
    }
  }

  private List<String> missing(Failure failure) {
    return subject.places(failure).stream().filter(p -> !findings.isExplained(p)).toList();
  }

  private void reportMissing(Failure failure, String place) {
    String phrase = subject.phrase(failure);
    // A key that tells branches apart cannot be required by one of them.
    boolean circular = phrase.contains(" " + Location.of(place).key() + " is ");
    report(place, "is required" + (circular ? "" : phrase));
  }

  private void reportDependent(Failure failure, String place) {
    Location object = Location.of(failure.instance());
    String when =
        subject
            .dependedOn(failure, place)
            .map(name -> " when " + object.child(name).key() + " is set")
            .orElse("");
    report(place, "is required" + when);
  }

  private void reportForbidden(Failure failure) {
    // A key that no branch knows is reported by UnknownKeys, with a hint.
    if (subject.node(failure.instance()) != null) {
      report(failure.instance(), "is not allowed" + subject.phrase(failure));
    }
  }

  private void reportValue(Failure failure) {
    SchemaNode node = subject.node(failure.instance());
    JsonObject schema = subject.schema(failure);
    String demand = Wording.demand(failure.keyword(), schema, node);
    String value = Wording.shown(node, subject.value(failure.instance()));
    report(failure.instance(), demand + subject.phrase(failure) + value);
  }

  private void report(String pointer, String message) {
    if (!findings.isSettled(pointer)) {
      findings.add(Location.of(pointer), message);
    }
  }
}
