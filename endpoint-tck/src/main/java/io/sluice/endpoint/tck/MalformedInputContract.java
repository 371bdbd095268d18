/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.tck;

import static io.sluice.endpoint.tck.EndpointAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import io.sluice.endpoint.ConsumeRequest;
import io.sluice.endpoint.Delivery;
import io.sluice.endpoint.ErrorCode;
import io.sluice.endpoint.Message;
import io.sluice.endpoint.MessageEndpoint;
import io.sluice.endpoint.Mode;
import io.sluice.endpoint.ProxyEndpoint;
import io.sluice.endpoint.PublishRequest;
import io.sluice.endpoint.Qos;
import io.sluice.endpoint.Receipt;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Flow;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What cannot be used is refused where it comes in, and disturbs nothing else. */
@DisplayName("Malformed input")
public abstract class MalformedInputContract extends ContractGroup {

  @Test
  void nullsAreRefused() {
    assertThatNullPointerException().isThrownBy(() -> fixture().factory().create(null));
    for (Mode mode : type().modes()) {
      var endpoint = started(backend().configuration(mode));
      assertThatNullPointerException().isThrownBy(() -> endpoint.addStatusListener(null));
      assertThatNullPointerException().isThrownBy(() -> endpoint.stop(null));
      switch (mode) {
        case CONSUME -> {
          MessageEndpoint messages = (MessageEndpoint) endpoint;
          assertThatNullPointerException().isThrownBy(() -> messages.consume(null));
          var publisher = messages.consume(ConsumeRequest.defaults());
          assertThatNullPointerException()
              .as("rule 1.9")
              .isThrownBy(() -> publisher.subscribe(null));
        }
        case PUBLISH -> {
          MessageEndpoint messages = (MessageEndpoint) endpoint;
          assertThatNullPointerException().isThrownBy(() -> messages.publish(null));
          assertThatNullPointerException().isThrownBy(() -> messages.publisher(null));
        }
        case EXCHANGE ->
            assertThatNullPointerException()
                .isThrownBy(() -> ((ProxyEndpoint) endpoint).exchange(null));
      }
    }
  }

  @Test
  void unknownOverridesOfAConsumerAreRefused() {
    need(Mode.CONSUME);
    RecordingSubscriber<Delivery> subscriber = new RecordingSubscriber<>();

    subscribe(consuming(), ConsumeRequest.builder().override("sluiceq", "x").build(), subscriber);

    assertFails(subscriber, ErrorCode.REQUEST_INVALID);
    assertThat(subscriber.breaches()).isEmpty();
  }

  @Test
  void unknownOverridesOfAPublisherAreRefused() {
    need(Mode.PUBLISH);
    RecordingSubscriber<Receipt> receipts = new RecordingSubscriber<>();
    receipts.request(1);
    Flow.Processor<Message, Receipt> processor =
        publishing().publisher(PublishRequest.builder().override("sluiceq", "x").build());
    processor.subscribe(receipts);

    ListPublisher.of(messages(1)).subscribe(processor);

    eventually().until(() -> receipts.error().isPresent() || receipts.count() > 0);
    if (receipts.error().isPresent()) {
      assertFails(receipts, ErrorCode.REQUEST_INVALID);
    } else {
      assertThat(receipts.items().get(0)).isRejectedWith(ErrorCode.REQUEST_INVALID);
    }
  }

  @Test
  void oddMessagesAreConfirmedOrRejected() {
    need(Mode.PUBLISH);
    MessageEndpoint endpoint = publishing();

    for (Message message : oddMessages()) {
      Receipt receipt = join(endpoint.publish(message));
      assertThat(receipt).isFor(message);
      receipt.error().ifPresent(error -> assertThat(error.getMessage()).isNotBlank());
    }

    assertThat(join(endpoint.publish(Message.of("a regular one")))).isConfirmed();
    assertThat(endpoint.status()).isUp();
  }

  @Test
  void undecodableMessagesDoNotHoldUpTheOthers() {
    need(Ability.SEND_MALFORMED);
    need(Ability.SEND);
    MessageEndpoint endpoint = consuming();
    RecordingSubscriber<Delivery> subscriber = subscribe(endpoint, Qos.AUTO);
    subscriber.request(Long.MAX_VALUE);
    long failed = endpoint.status().counters().failed();

    backend().send(endpoint, messages(1));
    backend().sendMalformed(endpoint);
    backend().send(endpoint, messages(1, 1));

    awaitCount(subscriber, 2);
    assertThat(received(subscriber)).isEqualTo(texts(messages(2)));
    eventually().until(() -> endpoint.status().counters().failed() == failed + 1);
  }

  private static List<Message> oddMessages() {
    return List.of(
        Message.of((byte[]) null),
        Message.of(new byte[16 * 1024 * 1024]),
        with("line\r\nbreak: x", "a\u0000b\r\nc"),
        with("", ""),
        with("\uD83D\uDE00 \uD800", "\uDC00"),
        with("null", null),
        with("bytes", new byte[] {0, -1, 13, 10}),
        with("number", Long.MIN_VALUE),
        with("time", Instant.EPOCH),
        with("nested", List.of(Map.of("k", List.of(1, "two", true)))),
        with("long", "x".repeat(100_000)),
        Message.of("id").toBuilder().id("\u0000").correlationId("\r\n").build(),
        Message.of("t").toBuilder().timestamp(Instant.ofEpochMilli(-1)).build(),
        Message.of("a").toBuilder().attribute("nobody.knows", "x").build());
  }

  private static Message with(String name, Object value) {
    return Message.of("odd header").toBuilder().header(name, value).build();
  }
}
