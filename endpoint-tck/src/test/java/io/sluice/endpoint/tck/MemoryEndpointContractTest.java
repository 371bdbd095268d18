/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.tck;

/** An endpoint without a bug passes the whole contract. */
class MemoryEndpointContractTest extends EndpointContract {

  @Override
  protected EndpointFixture createFixture() {
    return new MemoryFixture(null);
  }
}
