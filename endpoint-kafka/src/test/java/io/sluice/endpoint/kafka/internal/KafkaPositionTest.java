/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.kafka.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.sluice.endpoint.EndpointException;
import io.sluice.endpoint.ErrorCode;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KafkaPositionTest {

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void anIdIsReadAsItWasWritten(boolean encoded) {
    TopicPartition partition = new TopicPartition("a.b_c-1", 12);

    String id = KafkaPosition.format(partition, encoded).render(Long.MAX_VALUE / 10);

    assertThat(KafkaPosition.after(id)).isEqualTo(Map.of(partition, Long.MAX_VALUE / 10 + 1));
  }

  @Test
  void anIdMayNamePartitionsAndTopics() {
    Map<TopicPartition, Long> expected =
        Map.of(
            new TopicPartition("orders", 2), 18L,
            new TopicPartition("orders", 3), 5L,
            new TopicPartition("audit", 0), 10L);
    String plain = "orders@2#17,3#4;audit@0#9";

    assertThat(KafkaPosition.after(plain)).isEqualTo(expected);
    String encoded =
        Base64.getUrlEncoder()
            .withoutPadding()
            .encodeToString(plain.getBytes(StandardCharsets.UTF_8));
    assertThat(KafkaPosition.after(encoded)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "@",
        "t@",
        "t@1",
        "t@1#",
        "t@#1",
        "t@1#x",
        "t@-1#1",
        "t@1#1,",
        "t@1#1;",
        "t/@1#1",
        "t@1#9999999999999999999",
        "t@9999999999#1",
        "\u00a4 no id",
        "AAAA",
        "%%%%",
        "t@1#1\n"
      })
  void whatIsNoIdIsRefused(String id) {
    EndpointException refusal =
        catchThrowableOfType(EndpointException.class, () -> KafkaPosition.after(id));

    assertThat(refusal.code()).isEqualTo(ErrorCode.RESUME_POSITION_UNKNOWN);
  }
}
