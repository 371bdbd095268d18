/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.rabbitmq.internal;

/**
 * The attributes of messages that are consumed, and of those to be published. A property that a
 * message does not have is absent. Of a message to be published, exchange, delivery tag,
 * redelivered and stream offset have no effect; the others can be given as text, too.
 */
final class RabbitmqAttributes {

  /** String; empty for the default exchange. */
  static final String EXCHANGE = "rabbitmq.exchange";

  /** String of at most 255 bytes, may be empty. */
  static final String ROUTING_KEY = "rabbitmq.routingKey";

  /** Long; counts the deliveries of a channel. */
  static final String DELIVERY_TAG = "rabbitmq.deliveryTag";

  /** Boolean; whether the broker may have delivered the message before. */
  static final String REDELIVERED = "rabbitmq.redelivered";

  /** Long; where the message stands in its stream. Absent unless the queue is one. */
  static final String STREAM_OFFSET = "rabbitmq.streamOffset";

  /** String of at most 255 bytes. */
  static final String APP_ID = "rabbitmq.appId";

  /** String of at most 255 bytes. */
  static final String CONTENT_TYPE = "rabbitmq.contentType";

  /** String of at most 255 bytes. */
  static final String CONTENT_ENCODING = "rabbitmq.contentEncoding";

  /** String of at most 255 bytes; the message's correlation id, too. */
  static final String CORRELATION_ID = "rabbitmq.correlationId";

  /** String of at most 255 bytes. */
  static final String MESSAGE_ID = "rabbitmq.messageId";

  /** String of at most 255 bytes. */
  static final String REPLY_TO = "rabbitmq.replyTo";

  /** String of digits: milliseconds. */
  static final String EXPIRATION = "rabbitmq.expiration";

  /** String of at most 255 bytes. */
  static final String TYPE = "rabbitmq.type";

  /** Integer from 0 to 255. */
  static final String PRIORITY = "rabbitmq.priority";

  /** Integer; 1 for a transient message, 2 for a persistent one. */
  static final String DELIVERY_MODE = "rabbitmq.deliveryMode";

  /** Instant in whole seconds, as text in ISO 8601; the message's timestamp, too. */
  static final String TIMESTAMP = "rabbitmq.timestamp";

  /** String of at most 255 bytes. The broker refuses another name than that of the user. */
  static final String USER_ID = "rabbitmq.userId";

  private RabbitmqAttributes() {}
}
