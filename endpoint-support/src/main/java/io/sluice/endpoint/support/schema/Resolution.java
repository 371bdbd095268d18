/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.schema;

import io.sluice.endpoint.Violation;
import java.util.List;
import java.util.Map;

/**
 * What became of a raw configuration.
 *
 * @param tree what the schema knows, nested; immutable. What it does not know is left out
 * @param violations what could not be placed or read, sorted by pointer; immutable
 */
public record Resolution(Map<String, Object> tree, List<Violation> violations) {

  /** The number of violations and the top-level keys: values may be secret. */
  @Override
  public String toString() {
    return "Resolution[" + tree.keySet() + ", " + violations.size() + " violations]";
  }
}
