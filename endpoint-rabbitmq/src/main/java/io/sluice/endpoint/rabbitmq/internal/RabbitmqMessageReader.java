/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.rabbitmq.internal;

import com.rabbitmq.client.AMQP;
import io.sluice.endpoint.Attributes;
import io.sluice.endpoint.Delivery;
import io.sluice.endpoint.Headers;
import io.sluice.endpoint.Message;
import io.sluice.endpoint.MessageIdFormat;
import io.sluice.endpoint.support.settlement.DeliveryLane;
import java.util.Date;
import java.util.Map;
import java.util.Optional;

/** Makes messages of what comes from one queue. Safe for use by many threads. */
final class RabbitmqMessageReader implements DeliveryLane.Reader<ReceivedMessage> {

  private static final String STREAM_OFFSET_HEADER = "x-stream-offset";
  private static final String DELIVERY_COUNT_HEADER = "x-delivery-count";
  private static final int SCALAR_BYTES = 8;

  /** What every message has; then what {@link #optional} knows by its index. */
  private static final String[] NAMES = {
    RabbitmqAttributes.EXCHANGE,
    RabbitmqAttributes.ROUTING_KEY,
    RabbitmqAttributes.DELIVERY_TAG,
    RabbitmqAttributes.REDELIVERED,
    RabbitmqAttributes.APP_ID,
    RabbitmqAttributes.CONTENT_TYPE,
    RabbitmqAttributes.CONTENT_ENCODING,
    RabbitmqAttributes.CORRELATION_ID,
    RabbitmqAttributes.MESSAGE_ID,
    RabbitmqAttributes.REPLY_TO,
    RabbitmqAttributes.EXPIRATION,
    RabbitmqAttributes.TYPE,
    RabbitmqAttributes.USER_ID,
    RabbitmqAttributes.PRIORITY,
    RabbitmqAttributes.DELIVERY_MODE,
    RabbitmqAttributes.TIMESTAMP,
    RabbitmqAttributes.STREAM_OFFSET,
    Delivery.COUNT_ATTRIBUTE
  };

  private static final int ALWAYS = 4;
  private static final int OPTIONAL = NAMES.length - ALWAYS;

  /** Of the ids of the messages in a stream; null for a queue. */
  private final MessageIdFormat ids;

  /** That of the latest message: the next one is mostly like it. A race costs no more than time. */
  private Shape latest = new Shape(0);

  /**
   * Reads what comes from one queue.
   *
   * @param streamQueue the queue's name if it is a stream
   */
  RabbitmqMessageReader(Optional<String> streamQueue) {
    ids = streamQueue.map(RabbitmqPosition::format).orElse(null);
  }

  /** The optional attributes that a message has, a bit each, and all names that follow from it. */
  private record Shape(int present, Attributes.Names names) {

    Shape(int present) {
      this(present, Attributes.names(names(present)));
    }

    private static String[] names(int present) {
      String[] names = new String[ALWAYS + Integer.bitCount(present)];
      System.arraycopy(NAMES, 0, names, 0, ALWAYS);
      for (int i = 0, next = ALWAYS; i < OPTIONAL; i++) {
        if ((present & 1 << i) != 0) {
          names[next++] = NAMES[ALWAYS + i];
        }
      }
      return names;
    }
  }

  /** Shares the bytes of the body. */
  @Override
  public Message message(ReceivedMessage record) {
    AMQP.BasicProperties properties = record.properties();
    Headers headers = RabbitmqHeaders.read(properties.getHeaders());
    Attributes attributes = attributes(record);
    Date date = properties.getTimestamp();
    long timestamp = date == null ? Message.NO_TIMESTAMP : date.getTime();
    String correlationId = properties.getCorrelationId();
    Long offset = streamOffset(properties);
    if (offset == null) {
      return Message.consumed(record.body(), headers, attributes, correlationId, timestamp);
    }
    Message message = Message.consumed(ids, offset, record.body(), headers, attributes, timestamp);
    return correlationId == null
        ? message
        : message.toBuilder().correlationId(correlationId).build();
  }

  /** Body, headers and properties, a character as one byte. */
  @Override
  public int bytes(ReceivedMessage record) {
    AMQP.BasicProperties properties = record.properties();
    long size = record.body().length;
    if (properties.getHeaders() != null) {
      size += RabbitmqHeaders.size(properties.getHeaders(), 1);
    }
    for (int i = 0; i < OPTIONAL; i++) {
      Object value = optional(record, i);
      if (value != null) {
        size += value instanceof String text ? text.length() : SCALAR_BYTES;
      }
    }
    return (int) Math.min(size, Integer.MAX_VALUE);
  }

  /** The delivery tag. */
  @Override
  public long position(ReceivedMessage record) {
    return record.envelope().getDeliveryTag();
  }

  /** The offset in a stream; {@link StreamOffsets#NONE} in a queue. */
  long streamOffset(ReceivedMessage record) {
    Long offset = streamOffset(record.properties());
    return offset == null ? StreamOffsets.NONE : offset;
  }

  private Attributes attributes(ReceivedMessage record) {
    Shape shape = shape(record);
    Object[] values = new Object[ALWAYS + Integer.bitCount(shape.present())];
    values[0] = record.envelope().getExchange();
    values[1] = record.envelope().getRoutingKey();
    values[2] = record.envelope().getDeliveryTag();
    values[3] = record.envelope().isRedeliver();
    for (int i = 0, next = ALWAYS; i < OPTIONAL; i++) {
      if ((shape.present() & 1 << i) != 0) {
        Object value = optional(record, i);
        values[next++] = value instanceof Date date ? date.toInstant() : value;
      }
    }
    return shape.names().with(values);
  }

  private Shape shape(ReceivedMessage record) {
    int present = 0;
    for (int i = 0; i < OPTIONAL; i++) {
      if (optional(record, i) != null) {
        present |= 1 << i;
      }
    }
    Shape shape = latest;
    if (shape.present() != present) {
      shape = new Shape(present);
      latest = shape;
    }
    return shape;
  }

  /** In the order of the names; null for none. */
  private Object optional(ReceivedMessage record, int index) {
    AMQP.BasicProperties properties = record.properties();
    return switch (index) {
      case 0 -> properties.getAppId();
      case 1 -> properties.getContentType();
      case 2 -> properties.getContentEncoding();
      case 3 -> properties.getCorrelationId();
      case 4 -> properties.getMessageId();
      case 5 -> properties.getReplyTo();
      case 6 -> properties.getExpiration();
      case 7 -> properties.getType();
      case 8 -> properties.getUserId();
      case 9 -> properties.getPriority();
      case 10 -> properties.getDeliveryMode();
      case 11 -> properties.getTimestamp();
      case 12 -> streamOffset(properties);
      case 13 -> deliveryCount(record);
      default -> throw new IllegalArgumentException("no attribute " + index);
    };
  }

  private Long streamOffset(AMQP.BasicProperties properties) {
    Map<String, Object> headers = ids == null ? null : properties.getHeaders();
    return headers != null && headers.get(STREAM_OFFSET_HEADER) instanceof Number offset
        ? (Long) offset.longValue()
        : null;
  }

  /**
   * Quorum queues count the deliveries before this one; others tell whether there were any. Of a
   * first delivery, the header may be a leftover of another queue.
   */
  private static Integer deliveryCount(ReceivedMessage record) {
    if (!record.envelope().isRedeliver()) {
      return null;
    }
    Map<String, Object> headers = record.properties().getHeaders();
    Object before = headers == null ? null : headers.get(DELIVERY_COUNT_HEADER);
    return before instanceof Number count && count.intValue() > 0 ? count.intValue() + 1 : 2;
  }
}
