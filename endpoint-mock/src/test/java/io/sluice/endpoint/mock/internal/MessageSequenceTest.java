/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.mock.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.endpoint.Attributes;
import io.sluice.endpoint.Headers;
import io.sluice.endpoint.Message;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class MessageSequenceTest {

  @Test
  void messagesShareWhatIsTheSame() {
    MessageSequence messages = messages("hello", false);

    Message first = messages.message(0, 10);
    Message second = messages.message(1, 20);

    assertThat(first.id()).contains("0");
    assertThat(first.timestamp()).contains(Instant.ofEpochMilli(10));
    assertThat(first.text()).isEqualTo("hello");
    assertThat(second.id()).contains("1");
    assertThat(second.payload()).isSameAs(first.payload());
    assertThat(second.headers()).isSameAs(first.headers());
    assertThat(second.attributes()).isSameAs(first.attributes());
  }

  @Test
  void aTemplateMakesEachMessageItsOwn() {
    Message message = messages("no. {{index}}", true).message(5, 10);

    assertThat(message.text()).isEqualTo("no. 5");
    assertThat(message.attributes().get("mock.index")).isEqualTo(5L);
    assertThat(message.attributes().get("site")).isEqualTo("north");
  }

  private static MessageSequence messages(String content, boolean template) {
    return new MessageSequence(
        new MockSettings.Messages(
            Duration.ZERO,
            content,
            template,
            Long.MAX_VALUE,
            Headers.of("h", "v"),
            Attributes.of("site", "north")));
  }
}
