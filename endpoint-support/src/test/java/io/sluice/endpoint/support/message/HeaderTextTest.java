/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class HeaderTextTest {

  static Stream<Arguments> values() {
    return Stream.of(
        arguments("grün", "grün"),
        arguments(true, "true"),
        arguments(42, "42"),
        arguments(-1L, "-1"),
        arguments(1.5, "1.5"),
        arguments(new BigDecimal("1E+3"), "1E+3"),
        arguments(Instant.ofEpochSecond(0), "1970-01-01T00:00:00Z"),
        arguments("text".getBytes(StandardCharsets.UTF_8), "text"),
        arguments(List.of(), "[]"),
        arguments(
            Arrays.asList(1, "two", null, new byte[] {3}, Instant.ofEpochSecond(0)),
            "[1,\"two\",null,\"Aw==\",\"1970-01-01T00:00:00Z\"]"),
        arguments(Map.of("k", List.of("<&>")), "{\"k\":[\"<&>\"]}"),
        arguments(List.of(Double.NaN), "[NaN]"));
  }

  @ParameterizedTest
  @MethodSource("values")
  void everyValueHasAText(Object value, String text) {
    assertThat(HeaderText.of(value)).isEqualTo(text);
    assertThat(HeaderText.bytes(value)).isEqualTo(text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void bytesAndNullStayAsTheyAre() {
    byte[] bytes = {-1, 0};

    assertThat(HeaderText.bytes(bytes)).isSameAs(bytes);
    assertThat(HeaderText.bytes(null)).isNull();
  }
}
