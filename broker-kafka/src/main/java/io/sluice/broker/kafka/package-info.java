/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * A Kafka broker in a JVM of its own, for tests and the demo: {@link io.sluice.broker.kafka.Main}.
 *
 * <p>A process can be killed, frozen and started again as no broker inside the test's JVM can, and
 * its class path meets no other class path.
 */
package io.sluice.broker.kafka;
