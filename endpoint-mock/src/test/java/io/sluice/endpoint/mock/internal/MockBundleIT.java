/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.mock.internal;

import io.sluice.endpoint.EndpointFactory;
import io.sluice.endpoint.tck.BundleManifestContract;
import java.util.Set;

/** The bundle as it was built. */
class MockBundleIT extends BundleManifestContract {

  @Override
  protected EndpointFactory factory() {
    return new MockEndpointFactory();
  }

  @Override
  protected Set<String> jdkImports() {
    return Set.of("sun.misc");
  }
}
