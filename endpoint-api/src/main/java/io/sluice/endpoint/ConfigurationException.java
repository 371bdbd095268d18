/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint;

import java.util.List;
import java.util.stream.Collectors;

/**
 * A configuration was refused. It carries every violation at once, so that an operator can repair
 * all of them in one edit.
 */
public final class ConfigurationException extends EndpointException {

  private static final long serialVersionUID = 1L;

  private final transient List<Violation> violations;

  /**
   * A refusal.
   *
   * @param endpoint the endpoint's name, not null
   * @param violations at least one
   */
  public ConfigurationException(String endpoint, List<Violation> violations) {
    super(ErrorCode.INVALID_CONFIGURATION, describe(endpoint, violations));
    this.violations = List.copyOf(violations);
  }

  /** All violations, at least one; immutable. */
  public List<Violation> violations() {
    return violations == null ? List.of() : violations;
  }

  private static String describe(String endpoint, List<Violation> violations) {
    if (violations.isEmpty()) {
      throw new IllegalArgumentException("a refused configuration has at least one violation");
    }
    return violations.stream()
        .map(Violation::toString)
        .collect(
            Collectors.joining(
                "; ",
                "configuration of endpoint '"
                    + endpoint
                    + "' has "
                    + count(violations.size())
                    + ": ",
                ""));
  }

  private static String count(int violations) {
    return violations == 1 ? "1 violation" : violations + " violations";
  }
}
