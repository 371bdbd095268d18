/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.rabbitmq.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Envelope;
import io.sluice.endpoint.EndpointException;
import io.sluice.endpoint.ErrorCode;
import io.sluice.endpoint.Message;
import io.sluice.endpoint.rabbitmq.internal.RabbitmqSettings.Producer;
import io.sluice.endpoint.support.publishing.InFlightLimits;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class RabbitmqMessageWriterTest {

  private static final InFlightLimits LIMITS = new InFlightLimits(1, 1, Duration.ofSeconds(1));
  private static final Instant TIME = Instant.ofEpochSecond(1_700_000_000);

  private final RabbitmqMessageWriter writer =
      writer(producer(true, Optional.empty(), Optional.empty()));

  @Test
  void aPlainMessageHasWhatIsConfigured() {
    Message message = Message.of("text");
    PublishedMessage published = writer.write(message);

    assertThat(published.exchange()).isEqualTo("orders");
    assertThat(published.routingKey()).isEqualTo("configured");
    assertThat(published.body()).isSameAs(message.payload());
    assertThat(published.properties())
        .isEqualTo(new AMQP.BasicProperties.Builder().deliveryMode(2).build());
  }

  @Test
  void theConfigurationSetsPropertiesThatAttributesOverride() {
    RabbitmqMessageWriter configured =
        writer(producer(false, Optional.of(Duration.ofMinutes(1)), Optional.of(3)));
    Message message =
        Message.builder()
            .attribute("rabbitmq.deliveryMode", 2)
            .attribute("rabbitmq.expiration", "5")
            .attribute("rabbitmq.priority", "4")
            .attribute("rabbitmq.routingKey", "own")
            .build();

    assertThat(configured.write(Message.of("x")).properties())
        .isEqualTo(
            new AMQP.BasicProperties.Builder()
                .deliveryMode(1)
                .expiration("60000")
                .priority(3)
                .build());
    assertThat(configured.write(message).routingKey()).isEqualTo("own");
    assertThat(configured.write(message).properties())
        .isEqualTo(
            new AMQP.BasicProperties.Builder().deliveryMode(2).expiration("5").priority(4).build());
  }

  @Test
  void aTombstoneHasAnEmptyBody() {
    assertThat(writer.write(Message.builder().build()).body()).isEmpty();
  }

  @Test
  void whatIsReadCanBeWrittenAsItIs() {
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
            .deliveryMode(1)
            .timestamp(Date.from(TIME))
            .build();
    ReceivedMessage received =
        new ReceivedMessage(new Envelope(1, true, "elsewhere", "its.key"), properties, new byte[1]);

    PublishedMessage published =
        writer.write(new RabbitmqMessageReader(Optional.empty()).message(received));

    assertThat(published.properties()).isEqualTo(properties);
    assertThat(published.exchange()).isEqualTo("orders");
    assertThat(published.routingKey()).isEqualTo("its.key");
  }

  @Test
  void correlationIdAndTimestampAreThoseOfTheMessageUnlessAnAttributeIsThere() {
    Message message = Message.builder().correlationId("m").timestamp(TIME.plusMillis(999)).build();
    Message overridden =
        message.toBuilder()
            .attribute("rabbitmq.correlationId", "a")
            .attribute("rabbitmq.timestamp", "1970-01-01T01:00:01+01:00")
            .build();

    assertThat(writer.write(message).properties().getCorrelationId()).isEqualTo("m");
    assertThat(writer.write(message).properties().getTimestamp()).isEqualTo(Date.from(TIME));
    assertThat(writer.write(overridden).properties().getCorrelationId()).isEqualTo("a");
    assertThat(writer.write(overridden).properties().getTimestamp()).isEqualTo(new Date(1000));
  }

  @Test
  void attributesOfOtherTypesHaveNoEffect() {
    Message message =
        Message.builder().attribute("kafka.topic", "t").attribute("rabbitmq.exchange", "x").build();

    assertThat(writer.write(message))
        .satisfies(
            published -> {
              assertThat(published.exchange()).isEqualTo("orders");
              assertThat(published.properties())
                  .isEqualTo(new AMQP.BasicProperties.Builder().deliveryMode(2).build());
            });
  }

  static Stream<Arguments> impossible() {
    return Stream.of(
        arguments("rabbitmq.priority", 256),
        arguments("rabbitmq.priority", -1),
        arguments("rabbitmq.priority", "high"),
        arguments("rabbitmq.deliveryMode", 3),
        arguments("rabbitmq.deliveryMode", 0),
        arguments("rabbitmq.expiration", "-1"),
        arguments("rabbitmq.expiration", "1.5"),
        arguments("rabbitmq.expiration", "soon"),
        arguments("rabbitmq.expiration", "315360000001"),
        arguments("rabbitmq.expiration", "9".repeat(30)),
        arguments("rabbitmq.expiration", ""),
        arguments("rabbitmq.timestamp", "yesterday"),
        arguments("rabbitmq.timestamp", 5L),
        arguments("rabbitmq.timestamp", Instant.ofEpochSecond(-1)),
        arguments("rabbitmq.timestamp", Instant.MAX));
  }

  @ParameterizedTest
  @MethodSource("impossible")
  void whatAmqpCannotCarryIsRefused(String attribute, Object value) {
    assertThat(refusal(Message.builder().attribute(attribute, value).build()))
        .hasMessageContaining(attribute);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "routingKey",
        "appId",
        "contentType",
        "contentEncoding",
        "correlationId",
        "messageId",
        "replyTo",
        "type",
        "userId"
      })
  void shortTextsHaveAtMost255Bytes(String name) {
    String attribute = "rabbitmq." + name;
    String longest = "\u20ac".repeat(85);

    PublishedMessage published =
        writer.write(Message.builder().attribute(attribute, longest).build());

    assertThat(published.properties() + published.routingKey()).as("not dropped").contains(longest);
    assertThat(refusal(Message.builder().attribute(attribute, longest + "x").build()))
        .hasMessageContaining(attribute);
  }

  @Test
  void theMessagesOwnPartsAreChecked() {
    assertThat(refusal(Message.builder().correlationId("x".repeat(256)).build()))
        .hasMessageContaining("correlation id");
    assertThat(refusal(Message.builder().timestamp(Instant.ofEpochSecond(-1)).build()))
        .hasMessageContaining("timestamp");
    assertThat(refusal(Message.builder().header("x".repeat(256), 1).build()))
        .hasMessageContaining("header");
  }

  @Test
  void headersFitTheFrameToTheByte() throws Exception {
    for (int length : new int[] {10, 900, 1500, 5000, 131_000}) {
      PublishedMessage message =
          writer.write(
              Message.builder()
                  .header("h", "x".repeat(length))
                  .attribute("rabbitmq.type", "t")
                  .build());
      int size = message.properties().toFrame(1, 0).size();

      assertThat(message.headersFit(0)).isTrue();
      assertThat(message.headersFit(Math.max(4096, size))).isTrue();
      if (size > 4096) {
        assertThat(message.headersFit(size - 1)).isFalse();
      }
    }
  }

  @Test
  void propertiesWithoutHeadersAlwaysFit() {
    Message.Builder message = Message.builder();
    for (String name :
        "appId contentType contentEncoding correlationId messageId replyTo type userId"
            .split(" ")) {
      message.attribute("rabbitmq." + name, "x".repeat(255));
    }
    PublishedMessage published = writer.write(message.timestamp(TIME).build());

    assertThat(published.headersFit(4096)).isTrue();
  }

  private EndpointException refusal(Message message) {
    EndpointException refusal =
        catchThrowableOfType(EndpointException.class, () -> writer.write(message));
    assertThat(refusal.code()).isEqualTo(ErrorCode.MESSAGE_INVALID);
    assertThat(refusal.concernsMessage()).isTrue();
    return refusal;
  }

  private static RabbitmqMessageWriter writer(Producer producer) {
    return new RabbitmqMessageWriter("orders", "configured", producer);
  }

  private static Producer producer(
      boolean persistent, Optional<Duration> expiration, Optional<Integer> priority) {
    return new Producer(
        true, Optional.empty(), true, persistent, true, expiration, priority, LIMITS);
  }

  @Test
  void bytesAreTextWhereAmqpHasText() {
    Message message =
        Message.builder().attribute("rabbitmq.type", "t".getBytes(StandardCharsets.UTF_8)).build();

    assertThat(writer.write(message).properties().getType()).isEqualTo("t");
  }
}
