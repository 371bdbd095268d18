/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * The Sluice service API: what an endpoint plugin implements and what a host calls.
 *
 * <p>A plugin registers an {@link io.sluice.endpoint.EndpointFactory} as an OSGi service. A host
 * creates {@link io.sluice.endpoint.Endpoint}s from it and exchanges {@link
 * io.sluice.endpoint.Message}s or HTTP exchanges with them over {@link java.util.concurrent.Flow}.
 *
 * <p>The package depends on the JDK alone. Within 1.x interfaces grow by default methods, value
 * classes by builder methods; enums do not grow.
 */
@Export
@Version("1.2.0")
package io.sluice.endpoint;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
