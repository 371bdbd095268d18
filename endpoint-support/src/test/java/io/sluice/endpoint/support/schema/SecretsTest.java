/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.schema;

import static io.sluice.endpoint.support.schema.BrokerSchema.SCHEMA;
import static io.sluice.endpoint.support.schema.BrokerSchema.map;
import static io.sluice.endpoint.support.schema.BrokerSchema.valid;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.endpoint.ConfigurationException;
import io.sluice.endpoint.EndpointConfiguration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SecretsTest {

  private static final String CANARY = "c4n4ry";

  /** The canary at every place where a secret may land, rightly or by a slip. */
  static Stream<Map<String, Object>> configurations() {
    return Stream.of(
        valid("security.auth.password", CANARY),
        valid("security.auth.password", "x" + CANARY, "serverPort", "-1"),
        valid("security.auth.password", List.of(CANARY)),
        valid("security.auth.password", map(CANARY.substring(1), CANARY)),
        valid("security.auth.password", "$[secret:" + CANARY + "]"),
        valid("security.auth.pasword", CANARY),
        valid("security.auth", CANARY),
        valid("security.auth", List.of(CANARY)),
        valid("security", "{\"auth\": {\"password\": \"" + CANARY + "\""),
        valid("security", "{\"auth\": {\"password\": " + CANARY + "}}"),
        valid("security", "{\"auth\": {\"password\": \"" + CANARY + "\"}} x"),
        valid("security", CANARY),
        valid("security.auth.password", CANARY, "security.auth", map("password", CANARY)),
        valid("security.auth.password.text", CANARY),
        valid("headers", "[{\"name\": \"a\", \"secretValue\": \"" + CANARY + "\"}]"),
        valid("headers.0.secretValue", CANARY),
        valid("headers.0.secretValues", CANARY),
        valid("headers.0", CANARY),
        valid("headers", CANARY),
        valid("properties.ssl.password", CANARY),
        valid("properties.ssl.password", List.of(CANARY)),
        valid("properties", CANARY),
        valid("properties.any", List.of(CANARY)),
        valid("unknown", map("password", CANARY)));
  }

  @ParameterizedTest
  @MethodSource("configurations")
  void aSecretIsNeverTold(Map<String, Object> raw) {
    Resolution resolution = SCHEMA.resolve(raw);
    Map<String, Object> full = SCHEMA.withDefaults(resolution.tree());

    assertThat(resolution.toString()).doesNotContain(CANARY);
    assertThat(resolution.violations().toString()).doesNotContain(CANARY);
    assertThat(SCHEMA.validate(full).toString()).doesNotContain(CANARY);
    assertThat(SCHEMA.validate(raw).toString()).doesNotContain(CANARY);
    assertThat(outcome(raw)).doesNotContain(CANARY);
  }

  @ParameterizedTest
  @MethodSource("configurations")
  void aMaskedTreeHoldsNoSecretEvenIfItWasNeverResolved(Map<String, Object> raw) {
    // Free-form values that nobody called secret are shown.
    boolean open = raw.containsKey("properties.any");

    assertThat(SCHEMA.masked(raw).toString()).doesNotContain(CANARY);
    if (!open) {
      assertThat(SCHEMA.masked(SCHEMA.resolve(raw).tree()).toString()).doesNotContain(CANARY);
    }
  }

  @Test
  void maskingHidesSecretsAndNothingElse() {
    Map<String, Object> tree =
        SCHEMA
            .resolve(
                valid(
                    "security.auth.username",
                    "bob",
                    "security.auth.password",
                    CANARY,
                    "headers.0.name",
                    "a",
                    "headers.0.secretValue",
                    CANARY,
                    "properties.max.poll",
                    "1",
                    "properties.ssl.key.password",
                    CANARY))
            .tree();

    assertThat(SCHEMA.masked(tree))
        .isEqualTo(
            map(
                "serverHost", "broker.example",
                "producer", map("enabled", true, "topics", List.of("a", "b")),
                "security", map("auth", map("username", "bob", "password", "***")),
                "headers", List.of(map("name", "a", "secretValue", "***")),
                "properties", map("max.poll", "1", "ssl.key.password", "***")));
  }

  private static String outcome(Map<String, Object> raw) {
    try {
      return SCHEMA.settings(EndpointConfiguration.of("test", raw)).toString();
    } catch (ConfigurationException e) {
      return e + " " + e.violations();
    }
  }
}
