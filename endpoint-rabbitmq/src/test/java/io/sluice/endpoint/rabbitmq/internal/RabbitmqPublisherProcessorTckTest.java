/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.rabbitmq.internal;

import io.sluice.endpoint.tck.EndpointFixture;
import io.sluice.endpoint.tck.flow.PublisherProcessorContract;

/** The Reactive Streams rules for the input of publishing. */
public class RabbitmqPublisherProcessorTckTest extends PublisherProcessorContract {

  @Override
  protected EndpointFixture createFixture() {
    return new RabbitmqContractFixture(TestBroker.any());
  }
}
