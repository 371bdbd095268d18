/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * Felix health checks: one a configuration, while something executes them. Depends on the API, the
 * runtime's exported package and {@code registration}.
 */
package io.sluice.endpoint.management.internal.health;
