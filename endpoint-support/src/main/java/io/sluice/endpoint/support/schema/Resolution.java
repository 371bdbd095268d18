/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.schema;

import io.sluice.endpoint.Violation;
import java.util.List;
import java.util.Map;

/** What became of a raw configuration. Immutable. */
public final class Resolution {

  private final Map<String, Object> tree;
  private final List<Violation> violations;
  private final Findings findings;

  Resolution(Map<String, Object> tree, Findings findings) {
    this.tree = tree;
    this.violations = findings.sorted();
    this.findings = findings;
  }

  /** What the schema knows, nested; immutable. What it does not know is left out. */
  public Map<String, Object> tree() {
    return tree;
  }

  /** What could not be placed or read, sorted by pointer; immutable. */
  public List<Violation> violations() {
    return violations;
  }

  /** What need not be told again; not written any more. */
  Findings findings() {
    return findings;
  }

  /** The top-level keys and the number of violations: values may be secret. */
  @Override
  public String toString() {
    return "Resolution[" + tree.keySet() + ", " + violations.size() + " violations]";
  }
}
