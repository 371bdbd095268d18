/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.rabbitmq.internal;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Envelope;
import io.sluice.endpoint.Attributes;
import io.sluice.endpoint.Delivery;
import io.sluice.endpoint.Message;
import java.time.Instant;
import java.util.Date;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RabbitmqMessageReaderTest {

  private static final byte[] BODY = {1, 2, 3};
  private static final Instant TIME = Instant.ofEpochSecond(1_700_000_000);
  private static final Attributes PLAIN =
      Attributes.builder()
          .set("rabbitmq.exchange", "orders")
          .set("rabbitmq.routingKey", "orders.new")
          .set("rabbitmq.deliveryTag", 7L)
          .set("rabbitmq.redelivered", false)
          .build();

  private final RabbitmqMessageReader reader = new RabbitmqMessageReader(Optional.empty());

  @Test
  void aPlainMessageHasWhatTheEnvelopeSays() {
    ReceivedMessage record = received(false, new AMQP.BasicProperties());
    Message message = reader.message(record);

    assertThat(message.payload()).isSameAs(BODY);
    assertThat(message.attributes()).isEqualTo(PLAIN);
    assertThat(message.headers().isEmpty()).isTrue();
    assertThat(message.id()).isEmpty();
    assertThat(message.correlationId()).isEmpty();
    assertThat(message.timestamp()).isEmpty();
    assertThat(reader.position(record)).isEqualTo(7);
  }

  @Test
  void propertiesBecomeAttributes() {
    AMQP.BasicProperties properties =
        new AMQP.BasicProperties.Builder()
            .appId("app")
            .contentType("text/plain")
            .contentEncoding("gzip")
            .correlationId("c")
            .messageId("m")
            .replyTo("r")
            .expiration("5")
            .type("t")
            .userId("u")
            .priority(9)
            .deliveryMode(2)
            .timestamp(Date.from(TIME))
            .headers(Map.of("h", "v"))
            .build();

    Message message = reader.message(received(false, Wire.transport(properties)));

    Map<String, Object> expected = new HashMap<>(PLAIN.asMap());
    expected.putAll(
        Map.of(
            "rabbitmq.appId", "app",
            "rabbitmq.contentType", "text/plain",
            "rabbitmq.contentEncoding", "gzip",
            "rabbitmq.correlationId", "c",
            "rabbitmq.messageId", "m",
            "rabbitmq.replyTo", "r",
            "rabbitmq.expiration", "5",
            "rabbitmq.type", "t"));
    expected.putAll(
        Map.of(
            "rabbitmq.userId",
            "u",
            "rabbitmq.priority",
            9,
            "rabbitmq.deliveryMode",
            2,
            "rabbitmq.timestamp",
            TIME));
    assertThat(message.attributes().asMap()).isEqualTo(expected);
    assertThat(message.correlationId()).contains("c");
    assertThat(message.timestamp()).contains(TIME);
    assertThat(message.headers().text("h")).contains("v");
  }

  @Test
  void messagesOfDifferentShapesDoNotMixTheirAttributes() {
    AMQP.BasicProperties typed = new AMQP.BasicProperties.Builder().type("t").build();
    AMQP.BasicProperties named = new AMQP.BasicProperties.Builder().messageId("m").build();

    assertThat(reader.message(received(false, typed)).attributes().get("rabbitmq.type"))
        .isEqualTo("t");
    assertThat(reader.message(received(false, named)).attributes())
        .isEqualTo(PLAIN.toBuilder().set("rabbitmq.messageId", "m").build());
    assertThat(reader.message(received(false, new AMQP.BasicProperties())).attributes())
        .isEqualTo(PLAIN);
  }

  @Test
  void messagesOfAStreamHaveAnId() {
    RabbitmqMessageReader ofStream = new RabbitmqMessageReader(Optional.of("orders"));
    AMQP.BasicProperties properties =
        new AMQP.BasicProperties.Builder()
            .correlationId("c")
            .headers(Map.of("x-stream-offset", 17L))
            .build();

    Message message = ofStream.message(received(false, properties));

    assertThat(message.id()).contains("orders#17");
    assertThat(message.correlationId()).contains("c");
    assertThat(message.attributes().get("rabbitmq.streamOffset")).isEqualTo(17L);
    assertThat(ofStream.message(received(false, new AMQP.BasicProperties())).id()).isEmpty();
    assertThat(reader.message(received(false, properties)))
        .as("of a queue that a message of a stream was sent on to")
        .satisfies(copy -> assertThat(copy.id()).isEmpty())
        .satisfies(copy -> assertThat(copy.attributes().get("rabbitmq.streamOffset")).isNull());
  }

  @Test
  void deliveriesAreCountedAsFarAsTheBrokerTells() {
    assertThat(deliveryCount(false, null)).isNull();
    assertThat(deliveryCount(true, null)).isEqualTo(2);
    assertThat(deliveryCount(true, 4L)).isEqualTo(5);
    assertThat(deliveryCount(true, 0L)).isEqualTo(2);
    assertThat(deliveryCount(false, 4L)).as("a leftover of another queue").isNull();
  }

  @Test
  void theSizeHoldsBodyHeadersAndProperties() {
    AMQP.BasicProperties properties =
        Wire.transport(
            new AMQP.BasicProperties.Builder()
                .messageId("m".repeat(100))
                .headers(Map.of("h", "v".repeat(1000)))
                .build());
    ReceivedMessage record = received(false, properties);

    assertThat(reader.bytes(record)).isBetween(1103, 1150).isEqualTo(reader.bytes(record));
    assertThat(reader.bytes(received(false, new AMQP.BasicProperties()))).isEqualTo(3);
  }

  private Object deliveryCount(boolean redelivered, Long before) {
    Map<String, Object> headers = before == null ? null : Map.of("x-delivery-count", before);
    AMQP.BasicProperties properties = new AMQP.BasicProperties.Builder().headers(headers).build();
    return reader
        .message(received(redelivered, properties))
        .attributes()
        .get(Delivery.COUNT_ATTRIBUTE);
  }

  private static ReceivedMessage received(boolean redelivered, AMQP.BasicProperties properties) {
    return new ReceivedMessage(
        new Envelope(7, redelivered, "orders", "orders.new"), properties, BODY);
  }
}
