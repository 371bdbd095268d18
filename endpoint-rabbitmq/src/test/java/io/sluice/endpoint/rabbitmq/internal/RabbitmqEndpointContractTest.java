/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.rabbitmq.internal;

import io.sluice.endpoint.tck.EndpointContract;
import io.sluice.endpoint.tck.EndpointFixture;

/** The contract on RabbitMQ. */
class RabbitmqEndpointContractTest extends EndpointContract {

  @Override
  protected EndpointFixture createFixture() {
    return new RabbitmqContractFixture(TestBroker.rabbit());
  }
}
