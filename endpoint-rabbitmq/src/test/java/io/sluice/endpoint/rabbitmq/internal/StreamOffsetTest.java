/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.rabbitmq.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.sluice.endpoint.EndpointException;
import io.sluice.endpoint.ErrorCode;
import java.time.Instant;
import java.util.Date;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StreamOffsetTest {

  @ParameterizedTest
  @ValueSource(strings = {"first", "last", "next", "1h", "30m", "7D"})
  void wordsAndAgesStayText(String setting) {
    assertThat(StreamOffset.parse(setting).argument()).isEqualTo(setting);
  }

  @Test
  void aNumberIsTheOffsetOfAMessage() {
    assertThat(StreamOffset.parse("17").argument()).isEqualTo(17L);
    assertThat(StreamOffset.parse("17")).isEqualTo(StreamOffset.at(17));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "2026-11-01T00:00:00Z",
        "2026-11-01T00:00Z",
        "2026-11-01T01:00:00.000+01:00",
        "2026-10-31T14:00-10:00"
      })
  void anInstantIsADate(String setting) {
    assertThat(StreamOffset.parse(setting).argument())
        .isEqualTo(Date.from(Instant.parse("2026-11-01T00:00:00Z")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "First", "-1", "1w", "1.5h", "2026-11-01", "2026-02-30T00:00:00Z"})
  void anythingElseIsRefused(String setting) {
    EndpointException refusal =
        catchThrowableOfType(EndpointException.class, () -> StreamOffset.parse(setting));

    assertThat(refusal.code()).isEqualTo(ErrorCode.INVALID_CONFIGURATION);
    assertThat(refusal).hasMessageContaining("consumer.queue.offset");
  }
}
