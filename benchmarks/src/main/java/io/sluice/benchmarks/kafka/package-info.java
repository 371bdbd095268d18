/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
/** The Kafka endpoint and the client alone, doing the same work. */
package io.sluice.benchmarks.kafka;
