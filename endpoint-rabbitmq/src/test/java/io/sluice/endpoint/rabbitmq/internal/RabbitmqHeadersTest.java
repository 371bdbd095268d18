/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.rabbitmq.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.rabbitmq.client.impl.Frame;
import com.rabbitmq.client.impl.LongStringHelper;
import io.sluice.endpoint.EndpointException;
import io.sluice.endpoint.ErrorCode;
import io.sluice.endpoint.Headers;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class RabbitmqHeadersTest {

  private static final byte[] NO_TEXT = {(byte) 0xff, 0, (byte) 0xc3};

  static Stream<Object> values() {
    Map<String, Object> death = new HashMap<>();
    death.put("count", 1L);
    death.put("reason", "expired");
    death.put("routing-keys", List.of("a", "b"));
    death.put("time", Instant.ofEpochSecond(1_700_000_000));
    death.put("nothing", null);
    return Stream.of(
        "",
        "text",
        "x".repeat(100_000),
        "\u20ac \ud83d\ude00",
        "\ufffd stands for itself",
        NO_TEXT,
        new byte[0],
        true,
        false,
        Byte.MIN_VALUE,
        Short.MIN_VALUE,
        Integer.MIN_VALUE,
        Long.MIN_VALUE,
        Float.MIN_VALUE,
        Double.MAX_VALUE,
        new BigDecimal("12.34"),
        new BigDecimal("-21474836.48"),
        BigDecimal.valueOf(1, 255),
        Instant.EPOCH,
        Instant.ofEpochSecond(-1),
        Instant.parse("9999-12-31T23:59:59Z"),
        List.of(),
        Arrays.asList("a", null, List.of(1, 2L), Map.of("b", "c")),
        Map.of(),
        List.of(death));
  }

  @ParameterizedTest
  @MethodSource("values")
  void valuesKeepTheirTypes(Object value) {
    Headers headers = Headers.of("h", value);

    assertThat(transport(headers)).isEqualTo(headers);
  }

  @Test
  void bytesKeepTheirTypeWithinOtherValues() {
    Object value = transport(Headers.of("h", List.of(Map.of("b", NO_TEXT)))).first("h").get();

    assertThat(value).usingRecursiveComparison().isEqualTo(List.of(Map.of("b", NO_TEXT)));
  }

  @Test
  void nullIsAValue() {
    Headers headers = Headers.of("h", null);

    assertThat(transport(headers)).isEqualTo(headers);
  }

  @Test
  void noHeadersAreNoTable() {
    assertThat(RabbitmqHeaders.write(Headers.empty())).isNull();
    assertThat(RabbitmqHeaders.read(null)).isSameAs(Headers.empty());
    assertThat(RabbitmqHeaders.read(Map.of())).isSameAs(Headers.empty());
  }

  @Test
  void aLongStringIsBytesIfItIsNoText() {
    Headers headers =
        RabbitmqHeaders.read(
            Wire.transport(
                Map.of(
                    "h",
                    LongStringHelper.asLongString(NO_TEXT),
                    "list",
                    List.of(LongStringHelper.asLongString("text")))));

    assertThat(headers.first("h")).contains(NO_TEXT);
    assertThat(headers.first("list")).contains(List.of("text"));
  }

  @Test
  void anInstantLosesTheFractionOfASecond() {
    Instant instant = Instant.ofEpochMilli(-1_234);

    assertThat(transport(Headers.of("h", instant)).first("h"))
        .contains(Instant.ofEpochSecond(instant.getEpochSecond()));
  }

  @Test
  void bigNumbersTakeTheFormThatFits() {
    assertThat(transport(Headers.of("h", BigInteger.TEN)).first("h")).contains(10L);
    assertThat(transport(Headers.of("h", new BigDecimal("2E+3"))).first("h"))
        .contains(new BigDecimal("2000"));
  }

  @Test
  void aHeaderThatRepeatsBecomesAListInOrder() {
    Headers headers =
        Headers.builder()
            .add("a", 1)
            .add("b", "once")
            .add("a", null)
            .add("a", List.of(2))
            .add("c", List.of(3))
            .add("c", 4)
            .build();

    Map<String, Object> table = RabbitmqHeaders.write(headers);

    assertThat(table)
        .isEqualTo(
            Map.of(
                "a", Arrays.asList(1, null, List.of(2)),
                "b", "once",
                "c", List.of(List.of(3), 4)));
    assertThat(RabbitmqHeaders.read(Wire.transport(table)).first("a"))
        .contains(Arrays.asList(1, null, List.of(2)));
  }

  static Stream<Arguments> impossible() {
    return Stream.of(
        arguments("x".repeat(256), 1),
        arguments("\u20ac".repeat(86), 1),
        arguments("h", Map.of("x".repeat(256), 1)),
        arguments("h", List.of(Map.of("a", Map.of("x".repeat(256), 1)))),
        arguments("h", new BigDecimal("21474836.48")),
        arguments("h", new BigDecimal("3E+9")),
        arguments("h", new BigDecimal("1E+1000000000")),
        arguments("h", BigDecimal.valueOf(1, 256)),
        arguments("h", BigInteger.ONE.shiftLeft(63)),
        arguments("h", List.of(Instant.MAX)),
        arguments("h", Instant.MIN),
        arguments("h", Double.NaN),
        arguments("h", List.of(Float.NEGATIVE_INFINITY)),
        arguments("h", nested(32)),
        arguments("h", new AtomicInteger()));
  }

  @ParameterizedTest
  @MethodSource("impossible")
  void whatAmqpCannotCarryIsRefusedByTheNameOfTheHeader(String name, Object value) {
    EndpointException refusal =
        catchThrowableOfType(
            EndpointException.class, () -> RabbitmqHeaders.write(Headers.of(name, value)));

    assertThat(refusal.code()).isEqualTo(ErrorCode.MESSAGE_INVALID);
    assertThat(refusal.concernsMessage()).isTrue();
    assertThat(refusal).hasMessageContaining("'" + name.substring(0, Math.min(40, name.length())));
  }

  @Test
  void whatIsNestedCanBeReadAlsoIfItRepeats() {
    Headers headers = Headers.builder().add("h", nested(31)).add("h", nested(31)).build();

    assertThat(transport(headers).first("h")).contains(List.of(nested(31), nested(31)));
  }

  private static Object nested(int levels) {
    Object value = "core";
    for (int i = 0; i < levels; i++) {
      value = i % 2 == 0 ? Map.of("k", value) : List.of(value);
    }
    return value;
  }

  @Test
  void namesMayHave255Bytes() {
    Headers headers = Headers.of("\u20ac".repeat(85), Map.of("x".repeat(255), ""));

    assertThat(transport(headers)).isEqualTo(headers);
  }

  @ParameterizedTest
  @MethodSource("values")
  void theBoundOfTheSizeIsNoLessThanTheSize(Object value) throws Exception {
    Map<String, Object> table = RabbitmqHeaders.write(Headers.of("h", value));
    long exact = 4 + Frame.tableSize(table);

    assertThat(RabbitmqHeaders.size(table, 3)).isGreaterThanOrEqualTo(exact);
    assertThat(RabbitmqHeaders.size(Collections.emptyMap(), 3)).isEqualTo(4);
  }

  private static Headers transport(Headers headers) {
    return RabbitmqHeaders.read(Wire.transport(RabbitmqHeaders.write(headers)));
  }
}
