/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * The Kafka endpoint and the client alone, doing the same work. Depends on {@code comparison} and
 * {@code endpoint}.
 */
package io.sluice.benchmarks.kafka;
