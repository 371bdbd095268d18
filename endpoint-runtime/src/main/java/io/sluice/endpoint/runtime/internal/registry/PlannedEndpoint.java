/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.runtime.internal.registry;

import io.sluice.endpoint.runtime.internal.endpoint.EndpointPlan;
import java.util.Map;

/**
 * A plan and what may be shown of it.
 *
 * @param plan not null
 * @param shown the configuration with group and defaults applied and every secret masked
 */
record PlannedEndpoint(EndpointPlan plan, Map<String, Object> shown) {}
