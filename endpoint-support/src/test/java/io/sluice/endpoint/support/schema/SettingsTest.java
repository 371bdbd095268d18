/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.schema;

import static io.sluice.endpoint.support.schema.BrokerSchema.SCHEMA;
import static io.sluice.endpoint.support.schema.BrokerSchema.map;
import static io.sluice.endpoint.support.schema.BrokerSchema.valid;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.endpoint.ConfigurationException;
import io.sluice.endpoint.EndpointConfiguration;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SettingsTest {

  private enum Strategy {
    DISCARD,
    DEAD_LETTER,
    FAIL
  }

  private final Settings settings =
      settings(
          "security.auth.username", "bob",
          "security.auth.password", "hunter2",
          "headers.0.name", "a",
          "headers.1.name", "b",
          "properties.max.poll", 5,
          "consumer.failureStrategy", "dead-letter",
          "consumer.deadLetter.topic", "dead");

  @Test
  void valuesAreReadByTypeAndDottedKey() {
    assertThat(settings.text("serverHost")).isEqualTo("broker.example");
    assertThat(settings.integer("serverPort")).isEqualTo(1883);
    assertThat(settings.number("producer.maxInFlight")).isEqualTo(1024L);
    assertThat(settings.decimal("ratio")).isEqualTo(0.2);
    assertThat(settings.flag("producer.enabled")).isTrue();
    assertThat(settings.texts("producer.topics")).containsExactly("a", "b");
    assertThat(settings.millis("serverPort")).isEqualTo(Duration.ofMillis(1883));
    assertThat(settings.seconds("serverPort")).isEqualTo(Duration.ofSeconds(1883));
    assertThat(settings.map("properties")).isEqualTo(Map.of("max.poll", "5"));
    assertThat(settings.values("properties")).isEqualTo(Map.of("max.poll", 5L));
    assertThat(settings.choice("consumer.failureStrategy", Strategy.class))
        .isEqualTo(Strategy.DEAD_LETTER);
  }

  @Test
  void anEscapedPlaceholderIsTheTextThatItStandsFor() {
    Settings escaped =
        settings(
            "clientId", "$\\[env:A] and $\\[secret:b]",
            "producer.topics", "$\\[conf:c], ^a$\\[d",
            "properties.x", "$\\[prop:e]");

    assertThat(escaped.text("clientId")).isEqualTo("$[env:A] and $[secret:b]");
    assertThat(escaped.texts("producer.topics"))
        .as("a backslash that escapes no placeholder stays")
        .containsExactly("$[conf:c]", "^a$\\[d");
    assertThat(escaped.map("properties")).isEqualTo(Map.of("x", "$[prop:e]"));
  }

  @Test
  void sectionsReadRelativeKeys() {
    Settings auth = settings.section("security.auth");

    assertThat(auth.text("username")).isEqualTo("bob");
    assertThat(settings.section("security").text("auth.username")).isEqualTo("bob");
    assertThat(settings.sections("headers"))
        .extracting(header -> header.text("name"))
        .containsExactly("a", "b");
    assertThatThrownBy(() -> auth.text("realm"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("'security.auth.realm'");
    assertThatThrownBy(() -> settings.sections("headers").get(1).text("x"))
        .hasMessageContaining("'headers.1.x'");
  }

  @Test
  void whatNeedNotBeGivenIsOptional() {
    assertThat(settings.optionalText("clientId")).isEmpty();
    assertThat(settings.optionalInteger("attempts")).isEmpty();
    assertThat(settings.optionalInteger("serverPort")).contains(1883);
    assertThat(settings.optionalMillis("attempts")).isEmpty();
    assertThat(settings.optionalSection("transport")).isEmpty();
    assertThat(settings.optionalText("transport.kind")).isEmpty();
    assertThat(settings.texts("addresses")).isEmpty();
    assertThat(settings.sections("nothing")).isEmpty();
    assertThat(settings.map("arguments")).isEmpty();
    assertThat(settings.has("clientId")).isFalse();
    assertThat(settings.has("consumer.deadLetter")).isTrue();
  }

  @Test
  void mistakesOfTheProgramAreErrorsWithoutValues() {
    assertThatThrownBy(() -> settings.text("clientId"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("'clientId' has no value");
    assertThatThrownBy(() -> settings.integer("security.auth.password"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageNotContaining("hunter2");
    assertThatThrownBy(() -> Settings.of(map("n", 1L << 40)).integer("n"))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> settings.choice("declare", Strategy.class))
        .isInstanceOf(IllegalStateException.class);
    assertThat(settings.toString()).doesNotContain("hunter2", "bob");
  }

  @Test
  void listsAndMapsAreImmutable() {
    assertThatThrownBy(() -> settings.texts("producer.topics").add("x"))
        .isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(() -> settings.map("properties").put("x", "y"))
        .isInstanceOf(UnsupportedOperationException.class);
    assertThat(settings.sections("headers")).isUnmodifiable();
  }

  @Test
  void theExceptionNamesTheEndpointAndEveryViolation() {
    assertThatThrownBy(
            () -> SCHEMA.settings(EndpointConfiguration.of("orders", Map.of("x", List.of()))))
        .hasMessageContaining("'orders' has 3 violations")
        .hasMessageContaining("/x: unknown key");
  }

  private static Settings settings(Object... changes) {
    try {
      return SCHEMA.settings(EndpointConfiguration.of("test", valid(changes)));
    } catch (ConfigurationException e) {
      throw new AssertionError(e);
    }
  }
}
