/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/**
 * A message. Immutable, as long as its users keep to the rule for bytes: a {@code byte[]} passes on
 * with the message, and must not be written again.
 */
public final class Message {

  /**
   * What {@link #consumed} takes in place of milliseconds for a message without timestamp.
   *
   * @since 1.2
   */
  public static final long NO_TIMESTAMP = Long.MIN_VALUE;

  /** A String, a MessageIdFormat to be applied to the position, or null. */
  private final Object id;

  private final long position;
  private final byte[] payload;
  private final Headers headers;
  private final Attributes attributes;
  private final String correlationId;
  private final long timestamp;

  private Message(
      Object id,
      long position,
      byte[] payload,
      Headers headers,
      Attributes attributes,
      String correlationId,
      long timestamp) {
    this.id = id;
    this.position = position;
    this.payload = payload;
    this.headers = headers;
    this.attributes = attributes;
    this.correlationId = correlationId;
    this.timestamp = timestamp;
  }

  /**
   * A message with a payload and nothing else.
   *
   * @param payload passes on to the message; null is a tombstone
   */
  public static Message of(byte[] payload) {
    return new Message(null, 0, payload, Headers.empty(), Attributes.empty(), null, NO_TIMESTAMP);
  }

  /**
   * A message whose payload is text in UTF-8 and which has nothing else.
   *
   * @param text not null
   */
  public static Message of(String text) {
    return of(text.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * A consumed message, made without a builder for the hot path of endpoints.
   *
   * @param idFormat renders the id from the position, not null
   * @param position where the message stands in its partition, queue or stream
   * @param payload passes on to the message; null is a tombstone
   * @param headers not null
   * @param attributes not null
   * @param timestampMillis milliseconds since 1970-01-01T00:00Z, or {@link #NO_TIMESTAMP}
   */
  public static Message consumed(
      MessageIdFormat idFormat,
      long position,
      byte[] payload,
      Headers headers,
      Attributes attributes,
      long timestampMillis) {
    return new Message(
        Objects.requireNonNull(idFormat, "idFormat"),
        position,
        payload,
        Objects.requireNonNull(headers, "headers"),
        Objects.requireNonNull(attributes, "attributes"),
        null,
        timestampMillis);
  }

  /**
   * A consumed message of a backend that gives messages no position, made without a builder for the
   * hot path of endpoints. It has no id.
   *
   * @param payload passes on to the message; null is a tombstone
   * @param headers not null
   * @param attributes not null
   * @param correlationId null for none
   * @param timestampMillis milliseconds since 1970-01-01T00:00Z, or {@link #NO_TIMESTAMP}
   * @since 1.2
   */
  public static Message consumed(
      byte[] payload,
      Headers headers,
      Attributes attributes,
      String correlationId,
      long timestampMillis) {
    return new Message(
        null,
        0,
        payload,
        Objects.requireNonNull(headers, "headers"),
        Objects.requireNonNull(attributes, "attributes"),
        correlationId,
        timestampMillis);
  }

  /** A builder of a message without payload. */
  public static Builder builder() {
    return new Builder();
  }

  /** A builder that starts with what this message has. */
  public Builder toBuilder() {
    return new Builder(this);
  }

  /**
   * The id that the endpoint gave the message, by which consuming can be {@linkplain
   * ConsumeRequest#resumeAfter() resumed}. Rendered at each call.
   */
  public Optional<String> id() {
    if (id instanceof MessageIdFormat format) {
      return Optional.of(format.render(position));
    }
    return Optional.ofNullable((String) id);
  }

  /** The payload, to be read only; null is a tombstone. */
  public byte[] payload() {
    return payload;
  }

  /** The size of the payload in bytes; 0 for a tombstone. */
  public int size() {
    return payload == null ? 0 : payload.length;
  }

  /** The payload decoded as UTF-8, malformed bytes replaced; empty for a tombstone. */
  public String text() {
    return payload == null ? "" : new String(payload, StandardCharsets.UTF_8);
  }

  /** The headers, never null. */
  public Headers headers() {
    return headers;
  }

  /** The attributes, never null. */
  public Attributes attributes() {
    return attributes;
  }

  /** When the message was made, as the backend or the publisher says; in milliseconds. */
  public Optional<Instant> timestamp() {
    return timestamp == NO_TIMESTAMP
        ? Optional.empty()
        : Optional.of(Instant.ofEpochMilli(timestamp));
  }

  /** What ties this message to another one. */
  public Optional<String> correlationId() {
    return Optional.ofNullable(correlationId);
  }

  /** Id and size alone: payload and headers may be secret. */
  @Override
  public String toString() {
    return "Message[" + id().orElse("-") + ", " + size() + " bytes]";
  }

  /** Collects the parts of a message. Not safe for use by more than one thread. */
  public static final class Builder {

    private Object id;
    private long position;
    private byte[] payload;
    private Headers headers = Headers.empty();
    private Attributes attributes = Attributes.empty();
    private String correlationId;
    private long timestamp = NO_TIMESTAMP;

    private Builder() {}

    private Builder(Message message) {
      id = message.id;
      position = message.position;
      payload = message.payload;
      headers = message.headers;
      attributes = message.attributes;
      correlationId = message.correlationId;
      timestamp = message.timestamp;
    }

    /** Sets the id; null for none. */
    public Builder id(String id) {
      this.id = id;
      return this;
    }

    /**
     * Sets an id that is rendered when asked for.
     *
     * @param format not null
     * @param position the number that the format renders
     */
    public Builder id(MessageIdFormat format, long position) {
      this.id = Objects.requireNonNull(format, "format");
      this.position = position;
      return this;
    }

    /** Sets the payload, which passes on to the message; null is a tombstone. */
    public Builder payload(byte[] payload) {
      this.payload = payload;
      return this;
    }

    /** Sets the payload to text in UTF-8. */
    public Builder text(String text) {
      return payload(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Sets all headers. */
    public Builder headers(Headers headers) {
      this.headers = Objects.requireNonNull(headers, "headers");
      return this;
    }

    /** Adds a header; see {@link Headers.Builder#add}. */
    public Builder header(String name, Object value) {
      this.headers = headers.toBuilder().add(name, value).build();
      return this;
    }

    /** Sets all attributes. */
    public Builder attributes(Attributes attributes) {
      this.attributes = Objects.requireNonNull(attributes, "attributes");
      return this;
    }

    /** Sets an attribute; see {@link Attributes.Builder#set}. */
    public Builder attribute(String name, Object value) {
      this.attributes = attributes.toBuilder().set(name, value).build();
      return this;
    }

    /** Sets the timestamp, kept to the millisecond; null for none. */
    public Builder timestamp(Instant timestamp) {
      this.timestamp = timestamp == null ? NO_TIMESTAMP : timestamp.toEpochMilli();
      return this;
    }

    /** Sets the correlation id; null for none. */
    public Builder correlationId(String correlationId) {
      this.correlationId = correlationId;
      return this;
    }

    /** The message; the builder may be used on. */
    public Message build() {
      return new Message(id, position, payload, headers, attributes, correlationId, timestamp);
    }
  }
}
