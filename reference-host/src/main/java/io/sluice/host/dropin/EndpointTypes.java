/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.host.dropin;

import java.util.stream.Stream;
import org.osgi.framework.Bundle;
import org.osgi.framework.wiring.BundleWiring;

/** The endpoint types that bundles say they provide. */
public final class EndpointTypes {

  /** Namespace, and attribute, of the capabilities that endpoint bundles declare. */
  private static final String NAMESPACE = "io.sluice.endpoint";

  private EndpointTypes() {}

  /** The names of the types that a resolved bundle provides. */
  public static Stream<String> of(Bundle bundle) {
    return Stream.ofNullable(bundle.adapt(BundleWiring.class))
        .flatMap(wiring -> wiring.getCapabilities(NAMESPACE).stream())
        .map(capability -> String.valueOf(capability.getAttributes().get(NAMESPACE)));
  }
}
