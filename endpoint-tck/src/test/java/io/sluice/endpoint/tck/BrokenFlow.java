/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.tck;

/** What is broken in the suites that {@link FlowSuiteSensitivityTest} runs. */
final class BrokenFlow {

  static Bug bug;

  private BrokenFlow() {}
}
