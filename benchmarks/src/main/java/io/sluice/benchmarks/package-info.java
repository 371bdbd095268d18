/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * JMH benchmarks of the hot path: what a message costs in time and in allocated bytes. And a
 * comparison of an endpoint with its client alone, with a broker behind both. Depends on {@code
 * comparison} and {@code kafka}.
 */
package io.sluice.benchmarks;
