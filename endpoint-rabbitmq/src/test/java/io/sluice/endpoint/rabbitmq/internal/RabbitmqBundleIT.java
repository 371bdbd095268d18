/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.rabbitmq.internal;

import io.sluice.endpoint.EndpointFactory;
import io.sluice.endpoint.tck.BundleManifestContract;
import java.util.Set;

/** The bundle as it was built. */
class RabbitmqBundleIT extends BundleManifestContract {

  @Override
  protected EndpointFactory factory() {
    return new RabbitmqEndpointFactory();
  }

  @Override
  protected Set<String> loggingImports() {
    return Set.of("org.slf4j", "org.slf4j.helpers", "org.slf4j.spi");
  }

  @Override
  protected Set<String> jdkImports() {
    return Set.of(
        "javax.crypto",
        "javax.crypto.spec",
        "javax.naming",
        "javax.naming.directory",
        "javax.naming.ldap",
        "javax.net",
        "javax.net.ssl",
        "javax.security.auth.callback",
        "javax.security.auth.x500",
        "javax.security.cert",
        "javax.security.sasl",
        "sun.misc");
  }
}
