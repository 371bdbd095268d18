/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.runtime.internal.endpoint;

import io.sluice.endpoint.EndpointConfiguration;
import io.sluice.endpoint.EndpointFactory;

/** What a generation is made from; an equal blueprint would make the same again. */
record Blueprint(FactoryCandidate candidate, EndpointConfiguration configuration) {

  boolean isOf(EndpointFactory factory) {
    return candidate.factory() == factory;
  }

  /** Type and version. */
  @Override
  public String toString() {
    return candidate.toString();
  }
}
