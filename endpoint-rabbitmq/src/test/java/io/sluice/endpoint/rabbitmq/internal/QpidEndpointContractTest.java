/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.rabbitmq.internal;

import io.sluice.endpoint.tck.EndpointContract;
import io.sluice.endpoint.tck.EndpointFixture;

/** The contract on another broker of AMQP 0-9-1. */
class QpidEndpointContractTest extends EndpointContract {

  @Override
  protected EndpointFixture createFixture() {
    return new RabbitmqContractFixture(TestBroker.qpid());
  }
}
