/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * Felix health checks: one a configuration, while the health check API is there. Depends on the
 * exported package, {@code runtime}, and the observers of {@code registry}.
 */
package io.sluice.endpoint.runtime.internal.health;
