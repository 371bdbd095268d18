/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;

import org.junit.jupiter.api.Test;
import org.junit.support.testng.engine.TestNGTestEngine;

/** The suites reach the endpoint: each fails for a broken one. */
class FlowSuiteSensitivityTest {

  @Test
  void aPublisherThatAcceptsZeroIsNoticed() {
    assertNoticed(
        Bug.ACCEPTS_ZERO,
        BrokenFlowConsume.class,
        "required_spec309_requestZeroMustSignalIllegalArgumentException");
  }

  @Test
  void aPublisherThatDeliversTooManyIsNoticed() {
    assertNoticed(
        Bug.ONE_TOO_MANY,
        BrokenFlowConsume.class,
        "required_spec101_subscriptionRequestMustResultInTheCorrectNumberOfProducedElements");
  }

  @Test
  void unaskedReceiptsAreNoticed() {
    assertNoticed(
        Bug.RECEIPTS_UNASKED,
        BrokenFlowReceipts.class,
        "required_spec101_subscriptionRequestMustResultInTheCorrectNumberOfProducedElements");
  }

  @Test
  void aProcessorThatAcceptsNullIsNoticed() {
    assertNoticed(
        Bug.ACCEPTS_NULL,
        BrokenFlowProcessor.class,
        "required_spec213_blackbox_onNext_mustThrowNullPointerExceptionWhenParametersAreNull");
  }

  private static void assertNoticed(Bug broken, Class<?> suite, String check) {
    BrokenFlow.bug = broken;

    ContractRun run = ContractRun.of(new TestNGTestEngine(), selectMethod(suite, check));

    assertThat(run.failed()).as("failed checks; all: %s", run).containsExactly(check);
  }
}
