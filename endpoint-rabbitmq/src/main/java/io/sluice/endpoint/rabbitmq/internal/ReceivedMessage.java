/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.rabbitmq.internal;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Envelope;

/**
 * A message as the client delivers it.
 *
 * @param body passes on, must not be written again
 */
record ReceivedMessage(Envelope envelope, AMQP.BasicProperties properties, byte[] body) {}
