/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.rabbitmq.internal;

import io.sluice.endpoint.tck.EndpointFixture;
import io.sluice.endpoint.tck.flow.ConsumePublisherContract;

/**
 * The Reactive Streams rules for consuming. The TCK leaves out the optional multicast, which
 * consumers of their own do not do, and the rules that it cannot check at all.
 */
public class RabbitmqConsumePublisherTckTest extends ConsumePublisherContract {

  @Override
  protected EndpointFixture createFixture() {
    return new RabbitmqContractFixture(TestBroker.any());
  }
}
