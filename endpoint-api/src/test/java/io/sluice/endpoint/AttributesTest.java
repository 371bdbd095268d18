/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AttributesTest {

  @Test
  void findsAValueByName() {
    Attributes attributes = Attributes.builder().set("a", 1).set("b", "two").build();

    assertThat(attributes.get("a")).isEqualTo(1);
    assertThat(attributes.text("b")).contains("two");
    assertThat(attributes.get("c")).isNull();
    assertThat(attributes.asMap()).containsExactly(Map.entry("a", 1), Map.entry("b", "two"));
  }

  @Test
  void nullRemoves() {
    Attributes attributes = Attributes.of("a", 1).toBuilder().set("a", null).build();

    assertThat(attributes).isEqualTo(Attributes.empty());
  }

  @Test
  void readsABinaryKeyAsText() {
    Attributes attributes = Attributes.of("kafka.key", "k".getBytes(StandardCharsets.UTF_8));

    assertThat(attributes.text("kafka.key")).contains("k");
    assertThat(attributes)
        .isEqualTo(Attributes.of("kafka.key", "k".getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void refusesObjectsOfOtherClassLoaders() {
    assertThatThrownBy(() -> Attributes.of("a", new Object()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'a'");
  }

  @Test
  void namesAndValuesAreFoundByTheirPosition() {
    Attributes attributes = Attributes.builder().set("a", 1).set("b", "two").build();

    assertThat(attributes.name(0)).isEqualTo("a");
    assertThat(attributes.value(0)).isEqualTo(1);
    assertThat(attributes.name(1)).isEqualTo("b");
    assertThat(attributes.value(1)).isEqualTo("two");
    assertThatThrownBy(() -> attributes.value(2)).isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void namesInCommonMakeTheSameAttributes() {
    Attributes.Names names = Attributes.names("a", "b");

    assertThat(names.with(1, "two"))
        .isEqualTo(Attributes.of(Map.of("a", 1)).toBuilder().set("b", "two").build());
    assertThat(names.with(2, "x").asMap()).containsExactly(Map.entry("a", 2), Map.entry("b", "x"));
  }

  @Test
  void namesInCommonAreCheckedAndSoAreTheirValues() {
    Attributes.Names names = Attributes.names("a", "b");

    assertThatThrownBy(() -> Attributes.names("a", "a"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> names.with(1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> names.with(1, null)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> names.with(1, new Object()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'b'");
  }
}
