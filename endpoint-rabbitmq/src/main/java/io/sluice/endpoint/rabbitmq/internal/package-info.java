/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * The RabbitMQ endpoint: consumes from queues and publishes to exchanges of RabbitMQ and other
 * brokers of AMQP 0-9-1, with the client library embedded.
 *
 * <p>{@code RabbitmqEndpointFactory} is the component. It makes {@code RabbitmqEndpoint}s, each of
 * which joins a connection to consume with its consumers, and one to publish with a publisher. The
 * files are named and cut as in every endpoint bundle; {@code RabbitmqClients} is the only one that
 * makes connections. Nothing may depend on this package; it depends on the API, endpoint-support,
 * the client, {@code com.rabbitmq.client}, and the parts of {@code io.netty} that the client runs
 * on.
 */
@Version("${Bundle-Version}") // for @ProvideEndpoint
package io.sluice.endpoint.rabbitmq.internal;

import org.osgi.annotation.versioning.Version;
