/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * JMH benchmarks of the hot path: what a message costs in time and in allocated bytes. And
 * comparisons of endpoints with their clients alone, with a broker behind both. Depends on
 * {@code comparison}, {@code endpoint}, {@code kafka} and {@code rabbitmq}.
 */
package io.sluice.benchmarks;
