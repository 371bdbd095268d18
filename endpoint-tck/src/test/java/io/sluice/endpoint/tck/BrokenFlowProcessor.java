/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.tck;

import io.sluice.endpoint.tck.flow.PublisherProcessorContract;

/** Run by {@link FlowSuiteSensitivityTest} only, and not named like a test for that. */
public class BrokenFlowProcessor extends PublisherProcessorContract {

  @Override
  protected EndpointFixture createFixture() {
    return new MemoryFixture(BrokenFlow.bug);
  }
}
