/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.message;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.endpoint.Message;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MessageSizeTest {

  private static int withHeader(Object value) {
    return MessageSize.of(Message.builder().header("name", value).build()) - "name".length();
  }

  private static int withAttribute(Object value) {
    return MessageSize.of(Message.builder().attribute("a.key", value).build());
  }

  @Test
  void aPayloadAloneIsItsLength() {
    assertThat(MessageSize.of(Message.of("hello"))).isEqualTo(5);
    assertThat(MessageSize.of(Message.of((byte[]) null))).isZero();
  }

  @Test
  void headersCountWithTheirNames() {
    Message message =
        Message.builder().text("hello").header("ab", "cde").header("ab", new byte[100]).build();

    assertThat(MessageSize.of(message)).isEqualTo(5 + 2 + 3 + 2 + 100);
  }

  @Test
  void everyKindOfHeaderValueCounts() {
    assertThat(withHeader(null)).isZero();
    assertThat(withHeader("text")).isEqualTo(4);
    assertThat(withHeader(new byte[] {1, 2})).isEqualTo(2);
    assertThat(withHeader(1)).isEqualTo(8);
    assertThat(withHeader(BigDecimal.ONE)).isEqualTo(8);
    assertThat(withHeader(true)).isEqualTo(8);
    assertThat(withHeader(Instant.EPOCH)).isEqualTo(8);
    assertThat(withHeader(Arrays.asList("text", null, List.of(1L, "ab")))).isEqualTo(4 + 8 + 2);
    assertThat(withHeader(Map.of("key", Map.of("k", new byte[10])))).isEqualTo(3 + 1 + 10);
  }

  @Test
  void attributesOfBytesOrTextCountWithTheirNames() {
    assertThat(withAttribute(new byte[100])).isEqualTo(5 + 100);
    assertThat(withAttribute("text")).isEqualTo(5 + 4);
    assertThat(withAttribute(7L)).as("a number that every message has").isZero();
  }

  @Test
  void aSizeBeyondTheRangeIsTheLargest() {
    byte[] large = new byte[1 << 20];
    Object gigabytes = Collections.nCopies(2_100, large);

    assertThat(withHeader(gigabytes)).isEqualTo(Integer.MAX_VALUE - "name".length());
  }
}
