/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.kafka.internal;

import io.sluice.endpoint.tck.EndpointContract;
import io.sluice.endpoint.tck.EndpointFixture;

class KafkaEndpointContractTest extends EndpointContract {

  @Override
  protected EndpointFixture createFixture() {
    return new KafkaContractFixture();
  }
}
