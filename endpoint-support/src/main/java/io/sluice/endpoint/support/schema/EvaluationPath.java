/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.schema;

import com.google.gson.JsonElement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The way through a schema on which the validator met a failure: its keywords in order, {@code
 * $ref} followed. Immutable.
 */
final class EvaluationPath {

  /**
   * One keyword on the way.
   *
   * @param keyword its name
   * @param argument the branch, property or pattern, or null
   * @param schema pointer to the schema that the step leads to
   * @param depth how many levels of the configuration lie above that schema's place
   * @param text the path up to the keyword, without its argument
   */
  record Step(String keyword, String argument, String schema, int depth, String text) {

    boolean isChoice() {
      return keyword.equals("oneOf") || keyword.equals("anyOf");
    }

    /** Whether what fails behind this step is a test and not a demand. */
    boolean isTest() {
      return keyword.equals("if") || keyword.equals("not") || keyword.equals("contains");
    }

    /** Whether what lies behind this step applies only when something else is so. */
    boolean isConditional() {
      return keyword.equals("then") || keyword.equals("else") || keyword.equals("dependentSchemas");
    }

    boolean isBranch() {
      return isConditional() || (isChoice() && argument != null);
    }
  }

  private final List<Step> steps;

  private EvaluationPath(List<Step> steps) {
    this.steps = steps;
  }

  static EvaluationPath parse(String path, SchemaDocument document) {
    List<Step> steps = new ArrayList<>();
    List<String> tokens = JsonPointer.tokens(path);
    String schema = "";
    String text = "";
    int depth = 0;
    for (int i = 0; i < tokens.size(); i++) {
      String keyword = tokens.get(i);
      String argument = takesArgument(keyword) && i + 1 < tokens.size() ? tokens.get(++i) : null;
      schema = next(schema, keyword, argument, document);
      text = JsonPointer.child(text, keyword);
      depth += descends(keyword) ? 1 : 0;
      steps.add(new Step(keyword, argument, schema, depth, text));
      text = argument == null ? text : JsonPointer.child(text, argument);
    }
    return new EvaluationPath(List.copyOf(steps));
  }

  /** Whether the failure happened while something was tested that need not hold. */
  boolean isTest() {
    // The last step is the failing keyword itself: a failed "not" is a demand that is not met.
    return steps.stream().limit(Math.max(0, steps.size() - 1)).anyMatch(Step::isTest);
  }

  /** The first choice, of those whose path is longer than a given one, that the way led into. */
  Optional<Step> choiceAfter(String text) {
    return steps.stream()
        .filter(step -> step.isChoice() && step.argument() != null)
        .filter(step -> step.text().length() > text.length())
        .findFirst();
  }

  /** The innermost branch on the way. */
  Optional<Step> branch() {
    return steps.stream().filter(Step::isBranch).reduce((outer, inner) -> inner);
  }

  /** The branches on the way that a condition has opened. */
  List<Step> conditionals() {
    return steps.stream().filter(Step::isConditional).toList();
  }

  private static String next(
      String schema, String keyword, String argument, SchemaDocument document) {
    String pointer = JsonPointer.child(schema, keyword);
    if (keyword.equals("$ref")) {
      JsonElement ref = document.at(pointer);
      return SchemaDocument.target(ref.getAsString());
    }
    return argument == null ? pointer : JsonPointer.child(pointer, argument);
  }

  private static boolean takesArgument(String keyword) {
    return switch (keyword) {
      case "properties",
          "patternProperties",
          "dependentSchemas",
          "allOf",
          "anyOf",
          "oneOf",
          "prefixItems" ->
          true;
      default -> false;
    };
  }

  private static boolean descends(String keyword) {
    return switch (keyword) {
      case "properties",
          "patternProperties",
          "additionalProperties",
          "unevaluatedProperties",
          "items",
          "prefixItems" ->
          true;
      default -> false;
    };
  }
}
