/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RequestOverridesTest {

  @Test
  void whatARequestMayNotChangeIsNamed() {
    assertThatThrownBy(
            () ->
                RequestOverrides.allow(
                    "consumer", Map.of("b", 1, "a", 2, "topics", 3), "topics", "groupId"))
        .hasMessage(
            "a request cannot override consumer.a, consumer.b; it can override consumer.groupId,"
                + " consumer.topics");
    assertThatThrownBy(() -> RequestOverrides.allow("producer", Map.of("a", 1)))
        .hasMessage("a request cannot override producer.a; it can override nothing");
    assertThatCode(() -> RequestOverrides.allow("producer", Map.of())).doesNotThrowAnyException();
  }

  @Test
  void valuesAreRead() {
    assertThat(RequestOverrides.text(Map.of("groupId", "g"), "groupId")).contains("g");
    assertThat(RequestOverrides.text(Map.of(), "groupId")).isEmpty();
    assertThat(RequestOverrides.texts(Map.of("topics", "a, b"), "topics"))
        .containsExactly("a", "b");
    assertThat(RequestOverrides.texts(Map.of("topics", List.of("a", 1)), "topics"))
        .containsExactly("a", "1");
    assertThat(RequestOverrides.texts(Map.of(), "topics")).isEmpty();
    assertThatThrownBy(() -> RequestOverrides.text(Map.of("groupId", " "), "groupId"))
        .hasMessage("the override of groupId is blank");
  }
}
