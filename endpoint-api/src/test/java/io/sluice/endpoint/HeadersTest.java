/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HeadersTest {

  @Test
  void keepsOrderAndRepetition() {
    Headers headers = Headers.builder().add("b", "1").add("a", "2").add("b", "3").build();

    assertThat(headers).extracting(Header::name).containsExactly("b", "a", "b");
    assertThat(headers.all("b")).containsExactly("1", "3");
    assertThat(headers.first("b")).contains("1");
    assertThat(headers.contains("B")).isFalse();
    assertThat(headers.textIgnoreCase("B")).contains("1");
  }

  @Test
  void setReplacesEveryHeaderOfTheName() {
    Headers headers = Headers.builder().add("a", 1).add("b", 2).add("a", 3).set("a", 4).build();

    assertThat(headers).isEqualTo(Headers.builder().add("b", 2).add("a", 4).build());
  }

  @Test
  void readsBytesAsUtf8() {
    byte[] bytes = "grüße".getBytes(StandardCharsets.UTF_8);

    assertThat(Headers.of("a", bytes).text("a")).contains("grüße");
    assertThat(Headers.of("a", bytes).first("a").orElseThrow()).isSameAs(bytes);
  }

  @Test
  void aNullValueIsThereButHasNoValue() {
    Headers headers = Headers.of("a", null);

    assertThat(headers.contains("a")).isTrue();
    assertThat(headers.first("a")).isEmpty();
    assertThat(headers.all("a")).containsOnlyNulls().hasSize(1);
  }

  @Test
  void takesEveryDocumentedKindOfValue() {
    Headers headers =
        Headers.builder()
            .add("bytes", new byte[] {1})
            .add("text", "t")
            .add("flag", true)
            .add("number", new BigDecimal("1.5"))
            .add("time", Instant.EPOCH)
            .add("list", List.of("a", List.of(1)))
            .add("map", Map.of("k", Map.of("n", 2L)))
            .build();

    assertThat(headers.size()).isEqualTo(7);
    assertThat(headers.first("map")).contains(Map.of("k", Map.of("n", 2L)));
  }

  @Test
  void refusesObjectsOfOtherClassLoaders() {
    assertThatThrownBy(() -> Headers.of("a", new StringBuilder()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'a'")
        .hasMessageContaining("java.lang.StringBuilder");
    assertThatThrownBy(() -> Headers.of("a", List.of(new Object())))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void copiesCollections() {
    List<Object> list = new ArrayList<>(List.of("a"));
    Headers headers = Headers.of("list", list);

    list.add("b");

    assertThat(headers.first("list")).contains(List.of("a"));
  }

  @Test
  void namesMayBeComparedWithoutCase() {
    Headers headers = Headers.builder().add("Via", "a").add("x", "b").add("via", null).build();

    assertThat(headers.containsIgnoreCase("VIA")).isTrue();
    assertThat(headers.containsIgnoreCase("y")).isFalse();
    assertThat(headers.allIgnoreCase("VIA")).containsExactly("a", null);
    assertThat(headers.toBuilder().removeIgnoreCase("vIA").build()).isEqualTo(Headers.of("x", "b"));
  }
}
