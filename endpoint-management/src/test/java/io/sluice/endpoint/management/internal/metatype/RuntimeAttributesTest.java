/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.management.internal.metatype;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.endpoint.Violation;
import io.sluice.endpoint.runtime.internal.configuration.EndpointDefinition;
import io.sluice.endpoint.runtime.internal.configuration.SettingsDefinition;
import io.sluice.endpoint.runtime.internal.configuration.StoredConfiguration;
import io.sluice.endpoint.runtime.internal.generation.RuntimeSettings;
import io.sluice.endpoint.support.schema.MetatypeForm.Attribute;
import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The form tells what the runtime does, whose own classes a bundle does not see. */
class RuntimeAttributesTest {

  private static final Map<String, Attribute> FORM =
      RuntimeAttributes.ALL.stream().collect(Collectors.toMap(Attribute::id, Function.identity()));

  @Test
  void hasEveryKeyOfTheRuntime() {
    assertThat(FORM).containsKeys(settings().toArray(String[]::new));
  }

  @Test
  void hasNoOtherKey() {
    Map<String, Object> all =
        RuntimeAttributes.ALL.stream().collect(Collectors.toMap(Attribute::id, attribute -> "1"));
    EndpointDefinition definition =
        EndpointDefinition.of(
            new StoredConfiguration("io.sluice.endpoint.queue~a", "io.sluice.endpoint.queue", all));

    assertThat(definition.properties()).isEmpty();
  }

  @Test
  void showsTheDefaultsOfTheRuntime() {
    RuntimeSettings defaults = RuntimeSettings.DEFAULTS;
    assertThat(millis("drain")).isEqualTo(defaults.drain());
    assertThat(millis("redeliveryDelay")).isEqualTo(defaults.redeliveryDelay());
    assertThat(millis("callTimeout")).isEqualTo(defaults.callTimeout());

    Map<String, Object> written =
        settings().stream().collect(Collectors.toMap(Function.identity(), this::defaultValue));
    assertThat(SettingsDefinition.of(Map.of(), written))
        .isEqualTo(SettingsDefinition.of(Map.of(), Map.of()));
  }

  @Test
  void takesTheLeastThatTheRuntimeTakes() {
    for (String key : settings()) {
      long least = Long.parseLong(FORM.get(key).minimum().orElseThrow());
      assertThat(violations(key, least)).as(key).isEmpty();
      assertThat(violations(key, least - 1)).as(key).isNotEmpty();
    }
  }

  /** The runtime's settings are named as their keys. */
  private static List<String> settings() {
    return Stream.of(SettingsDefinition.class.getRecordComponents())
        .map(RecordComponent::getName)
        .filter(name -> !name.equals("violations"))
        .toList();
  }

  private static List<Violation> violations(String key, long value) {
    return SettingsDefinition.of(Map.of(), Map.of(key, value)).violations();
  }

  private Duration millis(String key) {
    return Duration.ofMillis(Long.parseLong(defaultValue(key)));
  }

  private String defaultValue(String key) {
    return FORM.get(key).defaultValue().get(0);
  }
}
