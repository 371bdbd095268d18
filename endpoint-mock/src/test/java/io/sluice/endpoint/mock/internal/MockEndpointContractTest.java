package io.sluice.endpoint.mock.internal;

import io.sluice.endpoint.tck.EndpointContract;
import io.sluice.endpoint.tck.EndpointFixture;

class MockEndpointContractTest extends EndpointContract {

  @Override
  protected EndpointFixture createFixture() {
    return new MockContractFixture();
  }
}
