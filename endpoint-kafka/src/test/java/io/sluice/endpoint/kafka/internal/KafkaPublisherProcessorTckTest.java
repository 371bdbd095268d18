/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.kafka.internal;

import io.sluice.endpoint.tck.EndpointFixture;
import io.sluice.endpoint.tck.flow.PublisherProcessorContract;

/** The Reactive Streams rules for the input of publishing. */
public class KafkaPublisherProcessorTckTest extends PublisherProcessorContract {

  @Override
  protected EndpointFixture createFixture() {
    return new KafkaContractFixture();
  }
}
