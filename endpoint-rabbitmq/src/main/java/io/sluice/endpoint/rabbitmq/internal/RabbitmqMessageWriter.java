/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.rabbitmq.internal;

import com.rabbitmq.client.AMQP;
import io.sluice.endpoint.Attributes;
import io.sluice.endpoint.EndpointException;
import io.sluice.endpoint.ErrorCode;
import io.sluice.endpoint.Message;
import io.sluice.endpoint.support.message.HeaderText;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Date;
import java.util.regex.Pattern;

/**
 * Makes of messages what the client publishes. Refuses what AMQP cannot carry, and what would make
 * the broker close the channel. Immutable.
 */
final class RabbitmqMessageWriter {

  private static final String PREFIX = "rabbitmq.";
  private static final byte[] NO_BYTES = {};
  private static final int TRANSIENT = 1;
  private static final int PERSISTENT = 2;
  private static final int MAX_PRIORITY = 255;
  private static final Pattern NUMBER = Pattern.compile("\\d{1,18}");

  /** Ten years, in ms: RabbitMQ takes no more. */
  private static final long MAX_EXPIRATION = 315_360_000_000L;

  private static final Instant LATEST = Instant.ofEpochSecond(Long.MAX_VALUE / 1000);

  private final String exchange;
  private final String routingKey;

  /** The properties of a message that brings none. */
  private final AMQP.BasicProperties configured;

  /**
   * Messages to an exchange.
   *
   * @param exchange empty for the default exchange
   * @param routingKey of messages that bring none
   */
  RabbitmqMessageWriter(String exchange, String routingKey, RabbitmqSettings.Producer producer) {
    this.exchange = exchange;
    this.routingKey = routingKey;
    configured =
        new AMQP.BasicProperties.Builder()
            .deliveryMode(producer.persistent() ? PERSISTENT : TRANSIENT)
            .priority(producer.priority().orElse(null))
            .expiration(
                producer.expiration().map(Duration::toMillis).map(String::valueOf).orElse(null))
            .build();
  }

  /**
   * A message as the client publishes it. Shares the bytes of the payload; a tombstone has an empty
   * body.
   *
   * @throws EndpointException of the message, if it cannot be expressed
   */
  PublishedMessage write(Message message) {
    byte[] payload = message.payload();
    return new PublishedMessage(
        exchange, routingKey(message), properties(message), payload == null ? NO_BYTES : payload);
  }

  private String routingKey(Message message) {
    Object key = message.attributes().get(RabbitmqAttributes.ROUTING_KEY);
    return key == null ? routingKey : shortText(RabbitmqAttributes.ROUTING_KEY, key);
  }

  private AMQP.BasicProperties properties(Message message) {
    Attributes attributes = message.attributes();
    if (attributes.isEmpty()
        && message.headers().isEmpty()
        && message.correlationId().isEmpty()
        && message.timestamp().isEmpty()) {
      return configured;
    }
    AMQP.BasicProperties.Builder properties =
        configured.builder().headers(RabbitmqHeaders.write(message.headers()));
    if (attributes.get(RabbitmqAttributes.CORRELATION_ID) == null) {
      message
          .correlationId()
          .ifPresent(id -> properties.correlationId(shortText("the correlation id", id)));
    }
    if (attributes.get(RabbitmqAttributes.TIMESTAMP) == null) {
      message.timestamp().ifPresent(time -> properties.timestamp(date("the timestamp", time)));
    }
    for (int i = 0; i < attributes.size(); i++) {
      if (attributes.name(i).startsWith(PREFIX)) {
        set(properties, attributes.name(i), attributes.value(i));
      }
    }
    return properties.build();
  }

  private static void set(AMQP.BasicProperties.Builder properties, String name, Object value) {
    switch (name) {
      case RabbitmqAttributes.APP_ID -> properties.appId(shortText(name, value));
      case RabbitmqAttributes.CONTENT_TYPE -> properties.contentType(shortText(name, value));
      case RabbitmqAttributes.CONTENT_ENCODING ->
          properties.contentEncoding(shortText(name, value));
      case RabbitmqAttributes.CORRELATION_ID -> properties.correlationId(shortText(name, value));
      case RabbitmqAttributes.MESSAGE_ID -> properties.messageId(shortText(name, value));
      case RabbitmqAttributes.REPLY_TO -> properties.replyTo(shortText(name, value));
      case RabbitmqAttributes.TYPE -> properties.type(shortText(name, value));
      case RabbitmqAttributes.USER_ID -> properties.userId(shortText(name, value));
      case RabbitmqAttributes.EXPIRATION -> properties.expiration(expiration(value));
      case RabbitmqAttributes.PRIORITY -> properties.priority(number(name, value, 0, MAX_PRIORITY));
      case RabbitmqAttributes.DELIVERY_MODE ->
          properties.deliveryMode(number(name, value, TRANSIENT, PERSISTENT));
      case RabbitmqAttributes.TIMESTAMP -> properties.timestamp(date(name, instant(value)));
      default -> {
        // says how a message came here
      }
    }
  }

  private static String shortText(String name, Object value) {
    String text = HeaderText.of(value);
    if (!ShortText.fits(text)) {
      throw invalid(name + " has more than " + ShortText.MAX_BYTES + " bytes");
    }
    return text;
  }

  private static String expiration(Object value) {
    String text = HeaderText.of(value);
    if (!NUMBER.matcher(text).matches() || Long.parseLong(text) > MAX_EXPIRATION) {
      throw invalid(
          RabbitmqAttributes.EXPIRATION
              + " is no number of milliseconds from 0 to "
              + MAX_EXPIRATION);
    }
    return text;
  }

  private static int number(String name, Object value, int least, int most) {
    try {
      int number = Integer.parseInt(HeaderText.of(value));
      if (number >= least && number <= most) {
        return number;
      }
    } catch (NumberFormatException e) {
      // told below
    }
    throw invalid(name + " is no whole number from " + least + " to " + most);
  }

  private static Instant instant(Object value) {
    if (value instanceof Instant instant) {
      return instant;
    }
    try {
      return OffsetDateTime.parse(HeaderText.of(value)).toInstant();
    } catch (DateTimeException e) {
      throw invalid(RabbitmqAttributes.TIMESTAMP + " is no instant in ISO 8601");
    }
  }

  /** AMQP counts the seconds since 1970, without sign. */
  private static Date date(String name, Instant instant) {
    if (instant.isBefore(Instant.EPOCH) || instant.isAfter(LATEST)) {
      throw invalid(name + " is before 1970, or too far away");
    }
    return new Date(instant.getEpochSecond() * 1000);
  }

  private static EndpointException invalid(String why) {
    return EndpointException.ofMessage(ErrorCode.MESSAGE_INVALID, why, null);
  }
}
