/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * The Kafka endpoint: consumes from and publishes to topics, with the client library embedded.
 *
 * <p>{@code KafkaEndpointFactory} is the component. It makes {@code KafkaEndpoint}s, each of which
 * joins a connection, consumers and a publisher. The files are named and cut as in every endpoint
 * bundle; {@code KafkaClients} is the only one that makes clients, and the thread of
 * {@code ConsumerPoller} the only one that polls. Nothing may depend on this package; it depends on
 * the API, endpoint-support, the Kafka client, {@code org.apache.kafka}, and two of its codecs,
 * {@code net.jpountz.lz4} and {@code org.xerial.snappy}.
 */
@Version("${Bundle-Version}") // for @ProvideEndpoint
package io.sluice.endpoint.kafka.internal;

import org.osgi.annotation.versioning.Version;
