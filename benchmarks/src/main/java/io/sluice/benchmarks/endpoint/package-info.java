/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * What consumes from an endpoint and publishes to it, whatever its type, and what clients alone
 * share with that. Depends on {@code comparison}.
 */
package io.sluice.benchmarks.endpoint;
