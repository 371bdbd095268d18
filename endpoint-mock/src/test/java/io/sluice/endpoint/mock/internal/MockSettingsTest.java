/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.mock.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.endpoint.Attributes;
import io.sluice.endpoint.EndpointConfiguration;
import io.sluice.endpoint.Headers;
import io.sluice.endpoint.support.lifecycle.Reconnect;
import io.sluice.endpoint.support.publishing.FailureStrategy;
import io.sluice.endpoint.support.publishing.InFlightLimits;
import io.sluice.endpoint.support.schema.EndpointSchema;
import io.sluice.endpoint.support.schema.SettingsProbe;
import io.sluice.endpoint.support.settlement.UnsettledLimits;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MockSettingsTest {

  private static final EndpointSchema SCHEMA =
      EndpointSchema.ofResource(MockEndpointFactory.class, "mock");

  @Test
  void everyPropertyOfTheSchemaIsReadAndNoOther() {
    SettingsProbe probe = new SettingsProbe(SCHEMA);

    MockSettings.of(probe.settings(Map.of()));
    MockSettings.of(
        probe.settings(
            Map.of(
                "headers.0.name", "a",
                "headers.0.value", "b",
                "metadata.0.name", "c",
                "metadata.0.value", "d",
                "http.headers.0.name", "e",
                "http.headers.0.value", "f",
                "messageCount", 3)));

    assertThat(probe.mismatches()).isEmpty();
  }

  @Test
  void theDefaultsAreThoseOfTheContract() {
    MockSettings settings = settings(Map.of());

    assertThat(settings.messages().interval()).isEqualTo(Duration.ofSeconds(1));
    assertThat(settings.messages().content()).isEqualTo("mock message");
    assertThat(settings.messages().count()).isEqualTo(Long.MAX_VALUE);
    assertThat(settings.messages().template()).isFalse();
    assertThat(settings.messages().headers()).isEqualTo(Headers.empty());
    assertThat(settings.messages().attributes()).isEqualTo(Attributes.empty());
    assertThat(settings.echo()).isFalse();
    assertThat(settings.consumer())
        .isEqualTo(
            new MockSettings.Consumer(
                new UnsettledLimits(1024, 32 << 20, Duration.ofMinutes(1)),
                FailureStrategy.DISCARD));
    assertThat(settings.inFlight())
        .isEqualTo(new InFlightLimits(1024, 32 << 20, Duration.ofSeconds(30)));
    assertThat(settings.reconnect())
        .isEqualTo(new Reconnect(Duration.ofMillis(500), Duration.ofSeconds(30), 0.2, -1));
    assertThat(settings.faults())
        .isEqualTo(new MockSettings.Faults(Duration.ZERO, false, 0, 0, Duration.ZERO, 0.0, 0));
    assertThat(settings.http().status()).isEqualTo(200);
  }

  @Test
  void listsKeepOrderAndRepeats() {
    MockSettings settings =
        settings(
            Map.of(
                "headers",
                List.of(
                    Map.of("name", "x", "value", "1"),
                    Map.of("name", "y", "value", "2"),
                    Map.of("name", "x", "value", "3"))));

    assertThat(settings.messages().headers())
        .isEqualTo(Headers.builder().add("x", "1").add("y", "2").add("x", "3").build());
  }

  private static MockSettings settings(Map<String, ?> properties) {
    return MockSettings.of(SCHEMA.settings(EndpointConfiguration.of("orders", properties)));
  }
}
