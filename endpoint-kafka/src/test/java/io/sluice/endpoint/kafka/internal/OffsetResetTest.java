/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.kafka.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.endpoint.EndpointException;
import io.sluice.endpoint.ErrorCode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OffsetResetTest {

  @ParameterizedTest
  @CsvSource({
    "LATEST, latest",
    "' Earliest ', earliest",
    "None, none",
    "by_duration:PT1H, by_duration:PT1H",
    "BY_DURATION:p1dt2h, by_duration:PT26H"
  })
  void caseAndBlanksDoNotCount(String configured, String expected) {
    assertThat(OffsetReset.of(configured)).hasToString(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"sometimes", "", "by_duration", "by_duration:", "by_duration:-PT1H", "PT1H"})
  void otherWordsAreRefusedWithThoseThatAreKnown(String configured) {
    assertThatThrownBy(() -> OffsetReset.of(configured))
        .isInstanceOfSatisfying(
            EndpointException.class,
            error -> assertThat(error.code()).isEqualTo(ErrorCode.INVALID_CONFIGURATION))
        .hasMessageContaining("latest, earliest, none, or by_duration:");
  }
}
