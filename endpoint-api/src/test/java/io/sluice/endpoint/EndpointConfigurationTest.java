/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EndpointConfigurationTest {

  @Test
  void isADeepImmutableCopy() {
    Map<String, Object> nested = new HashMap<>(Map.of("type", "PEM"));
    Map<String, Object> properties = new HashMap<>(Map.of("security", nested));
    EndpointConfiguration configuration = EndpointConfiguration.of("e", properties);

    nested.put("type", "JKS");
    properties.clear();

    assertThat(configuration.properties()).isEqualTo(Map.of("security", Map.of("type", "PEM")));
    assertThatThrownBy(() -> configuration.properties().clear())
        .isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void aNullValueCountsAsNotSet() {
    Map<String, Object> properties = new HashMap<>();
    properties.put("a", null);

    assertThat(EndpointConfiguration.of("e", properties).properties()).isEmpty();
  }

  @Test
  void readsTheArraysOfConfigAdminAsLists() {
    Map<String, Object> properties =
        Map.of("topics", new String[] {"a", "b"}, "ports", new int[] {1, 2}, "flag", 'y');

    assertThat(EndpointConfiguration.of("e", properties).properties())
        .isEqualTo(Map.of("topics", List.of("a", "b"), "ports", List.of(1, 2), "flag", "y"));
  }

  @Test
  void needsAName() {
    assertThatThrownBy(() -> EndpointConfiguration.of(" ", Map.of()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void doesNotShowValues() {
    assertThat(EndpointConfiguration.of("e", Map.of("password", "canary")).toString())
        .contains("password")
        .doesNotContain("canary");
  }

  @Test
  void requestsDoNotShowOverriddenValuesEither() {
    ConsumeRequest consume = ConsumeRequest.builder().override("k", "canary").build();
    PublishRequest publish = PublishRequest.builder().override("k", "canary").build();

    assertThat(consume + " " + publish).contains("[k]").doesNotContain("canary");
  }

  @Test
  void anExceptionListsEveryViolation() {
    ConfigurationException exception =
        new ConfigurationException(
            "e",
            List.of(
                Violation.of("/a", "a", "must be a number"),
                Violation.of("", "", "needs a producer or a consumer")));

    assertThat(exception)
        .hasMessage(
            "configuration of endpoint 'e' has 2 violations: /a: must be a number;"
                + " /: needs a producer or a consumer");
    assertThat(exception.code()).isEqualTo(ErrorCode.INVALID_CONFIGURATION);
    assertThat(exception.violations()).hasSize(2);
  }
}
