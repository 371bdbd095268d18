/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * The RabbitMQ endpoint, the client alone, and RabbitMQ's own PerfTest, doing the same work on one
 * queue. Depends on {@code comparison} and {@code endpoint}.
 */
package io.sluice.benchmarks.rabbitmq;
