/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.schema;

import dev.harrel.jsonschema.Error;
import java.util.List;

/**
 * One keyword that a configuration does not satisfy.
 *
 * @param keyword its name; {@code false} for the schema that accepts nothing
 * @param instance pointer to the value in the configuration
 * @param schema pointer to the schema object that holds the keyword
 * @param path the way that led there
 * @param text the same way as the validator writes it
 */
record Failure(String keyword, String instance, String schema, EvaluationPath path, String text) {

  /** The failures that a value is told about, the most telling first; others come last. */
  private static final List<String> RANK =
      List.of("required", "dependentRequired", "false", "type", "enum", "const");

  static Failure of(Error error, SchemaDocument document) {
    String location = error.getSchemaLocation();
    return new Failure(
        error.getKeyword() == null ? "false" : error.getKeyword(),
        error.getInstanceLocation(),
        location.substring(location.indexOf('#') + 1),
        EvaluationPath.parse(error.getEvaluationPath(), document),
        error.getEvaluationPath());
  }

  int rank() {
    int rank = RANK.indexOf(keyword);
    return rank < 0 ? RANK.size() : rank;
  }

  boolean isChoice() {
    return keyword.equals("oneOf") || keyword.equals("anyOf");
  }

  /** Whether a value other than the one or ones that are fixed stands there. */
  boolean isFixedValue() {
    return keyword.equals("const") || keyword.equals("enum");
  }
}
