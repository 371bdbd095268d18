/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * Brokers and faults for the tests of endpoints.
 *
 * <p>{@link io.sluice.endpoint.tck.broker.KafkaBroker}, {@link
 * io.sluice.endpoint.tck.broker.KafkaCluster}, {@link
 * io.sluice.endpoint.tck.broker.RabbitBroker} and {@link io.sluice.endpoint.tck.broker.QpidBroker}
 * are real brokers in processes of their own, which can be stopped, killed, frozen and started
 * again; {@link io.sluice.endpoint.tck.broker.FaultProxy} stands between a client and any broker and
 * disturbs their connections. Everything is on loopback and ends with the JVM that started it.
 */
package io.sluice.endpoint.tck.broker;
