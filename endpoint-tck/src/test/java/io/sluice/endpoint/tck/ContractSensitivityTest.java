/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectNestedMethod;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.engine.JupiterTestEngine;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every check of the contract fails for an endpoint that is broken in the way it looks for. */
class ContractSensitivityTest {

  private static Bug bug;

  /** Not named like a test: run by this class only. */
  static class BrokenEndpoint extends EndpointContract {
    @Override
    protected EndpointFixture createFixture() {
      return new MemoryFixture(bug);
    }
  }

  @ParameterizedTest
  @EnumSource(Bug.class)
  void aBrokenEndpointIsNoticed(Bug broken) {
    bug = broken;

    ContractRun run =
        ContractRun.of(
            new JupiterTestEngine(),
            selectNestedMethod(List.of(BrokenEndpoint.class), broken.group(), broken.check()));

    assertThat(run.failed()).as("failed checks; all: %s", run).containsExactly(broken.check());
  }

  @Test
  void everyCheckHasABugThatItNotices() {
    Set<String> noticed = Stream.of(Bug.values()).map(Bug::check).collect(Collectors.toSet());

    assertThat(noticed)
        .isEqualTo(ContractRun.checks(new JupiterTestEngine(), selectClass(BrokenEndpoint.class)));
  }
}
