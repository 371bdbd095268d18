/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.tck;

import io.sluice.endpoint.tck.flow.ConsumePublisherContract;

/** The suite runs on streams that never complete, too, as most brokers have them. */
public class MemoryEndlessConsumePublisherTest extends ConsumePublisherContract {

  @Override
  protected EndpointFixture createFixture() {
    return new MemoryFixture(null, false);
  }
}
