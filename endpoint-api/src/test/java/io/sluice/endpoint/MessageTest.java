/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class MessageTest {

  @Test
  void keepsThePayloadWithoutCopying() {
    byte[] payload = {0, 1, (byte) 0xff};

    assertThat(Message.of(payload).payload()).isSameAs(payload);
  }

  @Test
  void aTombstoneHasNoPayloadAndNoSize() {
    Message tombstone = Message.of((byte[]) null);

    assertThat(tombstone.payload()).isNull();
    assertThat(tombstone.size()).isZero();
    assertThat(tombstone.text()).isEmpty();
  }

  @Test
  void rendersItsIdWhenAsked() {
    Message message =
        Message.consumed(
            MessageIdFormat.plain("orders@3#", ""),
            42,
            new byte[0],
            Headers.empty(),
            Attributes.empty(),
            0);

    assertThat(message.id()).contains("orders@3#42");
    assertThat(message.timestamp()).contains(Instant.EPOCH);
  }

  @Test
  void hasNothingThatWasNotGiven() {
    Message message = Message.of("text");

    assertThat(message.id()).isEmpty();
    assertThat(message.timestamp()).isEmpty();
    assertThat(message.correlationId()).isEmpty();
    assertThat(message.headers()).isEmpty();
    assertThat(message.attributes().isEmpty()).isTrue();
  }

  @Test
  void aBuilderStartsWithWhatTheMessageHas() {
    Message message =
        Message.builder()
            .id(MessageIdFormat.DECIMAL, 7)
            .text("grüße")
            .header("a", 1)
            .attribute("kafka.topic", "t")
            .timestamp(Instant.ofEpochMilli(5))
            .correlationId("c")
            .build();

    Message changed = message.toBuilder().header("a", 2).build();

    assertThat(changed.id()).contains("7");
    assertThat(changed.text()).isEqualTo("grüße");
    assertThat(changed.headers().all("a")).containsExactly(1, 2);
    assertThat(changed.attributes().get("kafka.topic")).isEqualTo("t");
    assertThat(changed.timestamp()).contains(Instant.ofEpochMilli(5));
    assertThat(changed.correlationId()).contains("c");
    assertThat(message.headers().size()).isEqualTo(1);
  }

  @Test
  void doesNotShowPayloadOrHeaderValues() {
    Message message = Message.builder().text("canary-1").header("token", "canary-2").build();

    assertThat(message + " " + message.headers() + " " + message.headers().iterator().next())
        .doesNotContain("canary")
        .contains("token");
  }

  @Test
  void base64IdsAreSafeInUrls() {
    MessageIdFormat format = MessageIdFormat.base64("topic?>@0#", ",1#9");

    String id = format.render(10);

    assertThat(id).matches("[A-Za-z0-9_-]+");
    assertThat(new String(java.util.Base64.getUrlDecoder().decode(id), StandardCharsets.UTF_8))
        .isEqualTo("topic?>@0#10,1#9");
  }

  @Test
  void aConsumedMessageNeedsNeitherIdNorTimestamp() {
    Message message =
        Message.consumed(
            new byte[] {1},
            Headers.of("a", "b"),
            Attributes.empty(),
            "request-7",
            Message.NO_TIMESTAMP);

    assertThat(message.id()).isEmpty();
    assertThat(message.timestamp()).isEmpty();
    assertThat(message.correlationId()).contains("request-7");
    assertThat(message.payload()).containsExactly(1);
    assertThat(message.headers().text("a")).contains("b");
  }
}
