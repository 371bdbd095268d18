/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.kafka.internal;

import static io.sluice.endpoint.kafka.internal.KafkaFixture.eventually;
import static io.sluice.endpoint.kafka.internal.KafkaFixture.join;
import static io.sluice.endpoint.kafka.internal.KafkaFixture.publishing;
import static io.sluice.endpoint.kafka.internal.KafkaFixture.state;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.endpoint.EndpointException;
import io.sluice.endpoint.EndpointState;
import io.sluice.endpoint.ErrorCode;
import io.sluice.endpoint.Headers;
import io.sluice.endpoint.Message;
import io.sluice.endpoint.PublishRequest;
import io.sluice.endpoint.Qos;
import io.sluice.endpoint.Receipt;
import io.sluice.endpoint.tck.ListPublisher;
import io.sluice.endpoint.tck.RecordingSubscriber;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Flow;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KafkaPublishTest {

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  @RegisterExtension final KafkaFixture kafka = new KafkaFixture();

  private final TestBroker broker = TestBroker.shared();
  private final KafkaTopics topics = broker.topics();
  private final String topic = topics.create(1);

  @Test
  void aRecordHasWhatItsMessageHas() {
    Message message =
        Message.builder()
            .payload(new byte[] {0, -1, 127, -128})
            .timestamp(Instant.ofEpochMilli(1234567890123L))
            .attribute("kafka.key", "käy")
            .headers(
                Headers.builder()
                    .add("bytes", new byte[] {-128, 0})
                    .add("text", "grün")
                    .add("text", null)
                    .add("number", 42)
                    .add("flag", true)
                    .add("time", Instant.ofEpochSecond(0))
                    .add("list", List.of(1, "two", new byte[] {3}))
                    .add("map", Map.of("k", "<v>"))
                    .build())
            .build();

    Receipt receipt = join(started(Map.of()).publish(message)).orThrow();

    assertThat(receipt.attributes().asMap())
        .containsEntry("kafka.topic", topic)
        .containsEntry("kafka.partition", 0)
        .containsEntry("kafka.offset", 0L);
    ConsumerRecord<byte[], byte[]> record = topics.read(topic, 1, PATIENCE).get(0);
    assertThat(record.value()).containsExactly(0, -1, 127, -128);
    assertThat(record.key()).isEqualTo("käy".getBytes(StandardCharsets.UTF_8));
    assertThat(record.timestamp()).isEqualTo(1234567890123L);
    List<Header> headers = Arrays.asList(record.headers().toArray());
    assertThat(headers)
        .extracting(Header::key)
        .containsExactly("bytes", "text", "text", "number", "flag", "time", "list", "map");
    assertThat(headers.get(0).value()).containsExactly(-128, 0);
    assertThat(headers.get(2).value()).isNull();
    assertThat(headers.stream().map(Header::value).skip(3).map(String::new))
        .containsExactly(
            "42", "true", "1970-01-01T00:00:00Z", "[1,\"two\",\"Aw==\"]", "{\"k\":\"<v>\"}");
  }

  @Test
  void noPayloadIsATombstoneAndAnEmptyOneIsNot() {
    KafkaEndpoint endpoint = started(Map.of());

    join(endpoint.publish(Message.builder().attribute("kafka.key", "k").build())).orThrow();
    join(endpoint.publish(Message.of(""))).orThrow();

    List<ConsumerRecord<byte[], byte[]>> records = topics.read(topic, 2, PATIENCE);
    assertThat(records.get(0).value()).isNull();
    assertThat(records.get(1).value()).isEmpty();
    assertThat(records.get(1).key()).isNull();
  }

  @Test
  void aMessageMayNameItsTopicAndPartition() {
    String other = topics.create(3);

    Receipt receipt =
        join(started(Map.of())
                .publish(
                    Message.of("x").toBuilder()
                        .attribute("kafka.topic", other)
                        .attribute("kafka.partition", "2")
                        .build()))
            .orThrow();

    assertThat(receipt.attributes().asMap())
        .containsEntry("kafka.topic", other)
        .containsEntry("kafka.partition", 2);
  }

  @Test
  void aMessageGoesToEachTopicAndTheReceiptListsAll() {
    String second = topics.create(1);
    KafkaEndpoint endpoint = kafka.started("two", publishing(broker.servers(), topic, second));

    Receipt receipt = join(endpoint.publish(Message.of("both"))).orThrow();

    assertThat(receipt.attributes().get("kafka.topic")).isEqualTo(List.of(topic, second));
    assertThat(receipt.attributes().get("kafka.offset")).isEqualTo(List.of(0L, 0L));
    assertThat(topics.read(topic, 1, PATIENCE)).hasSize(1);
    assertThat(topics.read(second, 1, PATIENCE)).hasSize(1);
    assertThat(endpoint.status().counters().out()).isOne();
  }

  @Test
  void aRequestOverridesTheTopics() {
    String other = topics.create(1);
    RecordingSubscriber<Receipt> receipts = new RecordingSubscriber<>();
    receipts.request(10);

    publish(
        started(Map.of()),
        PublishRequest.builder().override("topics", List.of(other)).build(),
        receipts,
        List.of(Message.of("x")));

    eventually().until(receipts::isCompleted);
    assertThat(receipts.items().get(0).orThrow().attributes().get("kafka.topic")).isEqualTo(other);
  }

  @Test
  void whatCannotBeSentIsRejectedWithItsReasonAndHoldsUpNothing() {
    KafkaEndpoint endpoint =
        started(Map.of("properties.max.request.size", 100_000, "producer.timeout", 8000));

    assertThat(code(endpoint, message("kafka.topic", "no/topic")))
        .isEqualTo(ErrorCode.TOPIC_UNKNOWN);
    assertThat(code(endpoint, message("kafka.partition", 7))).isEqualTo(ErrorCode.UNROUTABLE);
    assertThat(code(endpoint, message("kafka.partition", "x")))
        .isEqualTo(ErrorCode.MESSAGE_INVALID);
    assertThat(code(endpoint, message("kafka.partition", -1))).isEqualTo(ErrorCode.MESSAGE_INVALID);
    assertThat(code(endpoint, Message.builder().timestamp(Instant.ofEpochMilli(-1)).build()))
        .isEqualTo(ErrorCode.MESSAGE_INVALID);
    assertThat(code(endpoint, Message.of(new byte[200_000])))
        .isEqualTo(ErrorCode.MESSAGE_TOO_LARGE);
    assertThat(join(endpoint.publish(Message.of("fine"))).isConfirmed()).isTrue();
    assertThat(state(endpoint)).isEqualTo(EndpointState.UP);
    assertThat(endpoint.status().counters().failed()).isEqualTo(6);
  }

  @Test
  void whatTheBrokerFindsTooLargeIsRejected() {
    KafkaEndpoint endpoint = started(Map.of("properties.max.request.size", 10_000_000));

    assertThat(code(endpoint, Message.of(new byte[3_000_000])))
        .isEqualTo(ErrorCode.MESSAGE_TOO_LARGE);
  }

  @Test
  void withoutQosAMessageIsConfirmedWhenItWasHandedOver() {
    KafkaEndpoint endpoint = started(Map.of());
    join(endpoint.publish(Message.of("the client knows the topic"))).orThrow();
    RecordingSubscriber<Receipt> receipts = new RecordingSubscriber<>();
    receipts.request(10);
    broker.proxy().freeze();
    try {
      publish(
          endpoint,
          PublishRequest.builder().qos(Qos.NONE).build(),
          receipts,
          List.of(Message.of("never confirmed")));

      eventually().until(receipts::isCompleted);
      assertThat(receipts.items().get(0).isConfirmed()).isTrue();
    } finally {
      broker.proxy().restore();
    }
  }

  @Test
  void whatIsNotConfirmedInTimeIsRejected() {
    KafkaEndpoint endpoint = started(Map.of("producer.timeout", 500));
    join(endpoint.publish(Message.of("the client knows the topic"))).orThrow();
    broker.proxy().freeze();
    try {
      Receipt receipt = join(endpoint.publish(Message.of("x")));

      assertThat(receipt.error()).map(EndpointException::code).contains(ErrorCode.TIMEOUT);
      assertThat(receipt.error()).map(EndpointException::isRetryable).contains(true);
    } finally {
      broker.proxy().restore();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"none", "gzip", "snappy", "lz4", "zstd"})
  void messagesKeepTheirOrderUnderEveryCompression(String codec) {
    KafkaEndpoint endpoint = started(Map.of("producer.compressionType", codec));
    List<Message> messages =
        IntStream.range(0, 3000).mapToObj(i -> Message.of("compressible " + i)).toList();
    RecordingSubscriber<Receipt> receipts = new RecordingSubscriber<>();
    receipts.request(Long.MAX_VALUE);

    publish(endpoint, PublishRequest.defaults(), receipts, messages);

    eventually().until(receipts::isCompleted);
    assertThat(receipts.items()).allMatch(Receipt::isConfirmed);
    assertThat(topics.read(topic, messages.size(), PATIENCE))
        .extracting(record -> new String(record.value(), StandardCharsets.UTF_8))
        .isEqualTo(messages.stream().map(Message::text).toList());
  }

  @Test
  void receiptsOfSingleMessagesComeOnTheEndpointsOwnThreads() {
    String thread =
        join(
            started(Map.of())
                .publish(Message.of("x"))
                .thenApply(receipt -> Thread.currentThread().getName()));

    assertThat(thread).doesNotContain("kafka-producer-network-thread");
  }

  private KafkaEndpoint started(Map<String, Object> more) {
    Map<String, Object> properties = publishing(broker.servers(), topic);
    properties.putAll(more);
    return kafka.started("orders", properties);
  }

  private static void publish(
      KafkaEndpoint endpoint,
      PublishRequest request,
      RecordingSubscriber<Receipt> receipts,
      List<Message> messages) {
    Flow.Processor<Message, Receipt> processor = endpoint.publisher(request);
    processor.subscribe(receipts);
    ListPublisher.of(messages).subscribe(processor);
  }

  private static Message message(String attribute, Object value) {
    return Message.of("x").toBuilder().attribute(attribute, value).build();
  }

  private static ErrorCode code(KafkaEndpoint endpoint, Message message) {
    return join(endpoint.publish(message))
        .error()
        .map(EndpointException::code)
        .orElseThrow(() -> new AssertionError("confirmed"));
  }
}
