/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.tck;

import io.sluice.endpoint.tck.flow.PublisherProcessorContract;

/** An endpoint without a bug passes the suite. */
public class MemoryPublisherProcessorTest extends PublisherProcessorContract {

  @Override
  protected EndpointFixture createFixture() {
    return new MemoryFixture(null);
  }
}
