/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.schema;

import static io.sluice.endpoint.support.schema.BrokerSchema.map;
import static io.sluice.endpoint.support.schema.BrokerSchema.schema;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;

class SettingsProbeTest {

  private final SettingsProbe probe =
      new SettingsProbe(
          schema(
              "{'type': 'object', 'properties': {"
                  + "'port': {'type': 'integer', 'default': 1},"
                  + "'tls': {'type': 'object', 'properties': {'on': {'type': 'boolean'}}},"
                  + "'topics': {'type': 'array', 'items': {'type': 'string'}},"
                  + "'headers': {'type': 'array', 'items': {'type': 'object', 'properties':"
                  + " {'name': {'type': 'string'}}}},"
                  + "'extra': {'type': 'object', 'additionalProperties': {'type': 'string'}}}}"));

  @Test
  void aClassThatReadsEverythingHasNoMismatches() {
    readAll(probe.settings(map("headers.0.name", "a", "headers.1.name", "b", "tls.on", "true")));

    assertThat(probe.mismatches()).isEmpty();
  }

  @Test
  void readsOfSeveralConfigurationsAddUp() {
    readAll(probe.settings(Map.of()));
    assertThat(probe.mismatches()).containsExactly("headers.*.name is never read");

    readAll(probe.settings(map("headers.0.name", "a")));
    assertThat(probe.mismatches()).isEmpty();
  }

  @Test
  void everyDifferenceIsNamed() {
    Settings settings = probe.settings(Map.of());
    settings.optionalText("host");
    settings.optionalText("tls.on");
    settings.has("port");
    settings.texts("topics");
    settings.map("extra");

    assertThat(probe.mismatches())
        .containsExactly(
            "headers is never read",
            "headers.*.name is never read",
            "host is read, but not in the schema",
            "port is never read",
            "tls.on is read as TEXT, contrary to the schema");
  }

  @Test
  void aConfigurationWithMistakesProvesNothing() {
    assertThatThrownBy(() -> probe.settings(map("port", "x")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("/port");
  }

  private static void readAll(Settings settings) {
    settings.integer("port");
    settings.optionalFlag("tls.on");
    settings.texts("topics");
    settings.sections("headers").forEach(header -> header.text("name"));
    settings.map("extra");
  }
}
