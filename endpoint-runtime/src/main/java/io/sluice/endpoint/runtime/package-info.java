/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * What the runtime offers beside the endpoints themselves: a view of all configurations, types and
 * pipes, for hosts that show or administer them. The endpoints are services of their own, under
 * {@link io.sluice.endpoint.Endpoint}, {@link io.sluice.endpoint.MessageEndpoint} and {@link
 * io.sluice.endpoint.ProxyEndpoint}. Depends on the API alone.
 */
@Export
@Version("1.1.0")
package io.sluice.endpoint.runtime;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
