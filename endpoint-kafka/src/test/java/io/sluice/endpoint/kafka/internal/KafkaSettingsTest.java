/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.kafka.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.sluice.endpoint.ConfigurationException;
import io.sluice.endpoint.EndpointConfiguration;
import io.sluice.endpoint.EndpointException;
import io.sluice.endpoint.Mode;
import io.sluice.endpoint.Violation;
import io.sluice.endpoint.support.lifecycle.Reconnect;
import io.sluice.endpoint.support.publishing.FailureStrategy;
import io.sluice.endpoint.support.schema.EndpointSchema;
import io.sluice.endpoint.support.schema.SettingsProbe;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KafkaSettingsTest {

  private static final EndpointSchema SCHEMA =
      EndpointSchema.ofResource(KafkaEndpointFactory.class, "kafka");

  private static final Map<String, Object> BOTH =
      Map.of(
          "bootstrapServers", "a:1, [::1]:2",
          "producer.enabled", true,
          "producer.topics", "out",
          "consumer.enabled", "true",
          "consumer.topics", List.of("in", "more"));

  @Test
  void everyPropertyOfTheSchemaIsReadAndNoOther() {
    SettingsProbe probe = new SettingsProbe(SCHEMA);
    Map<String, Object> everything = new HashMap<>(BOTH);
    everything.putAll(
        Map.of(
            "consumer.groupId", "g",
            "consumer.groupInstanceId", "i",
            "consumer.deadLetter.topic", "dead",
            "properties.session.timeout.ms", 10));
    Map<String, Object> pattern = new HashMap<>(BOTH);
    pattern.remove("consumer.topics");
    pattern.put("consumer.topicPattern", "in-.*");

    KafkaSettings.of(probe.settings(everything));
    KafkaSettings.of(probe.settings(pattern));

    assertThat(probe.mismatches()).isEmpty();
  }

  @Test
  void deadLettersNeedATopic() {
    Map<String, Object> properties = new HashMap<>(BOTH);
    properties.put("consumer.failureStrategy", "dead-letter");

    assertThatThrownBy(() -> settings(properties))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("/consumer/deadLetter/topic: is required");
    properties.put("consumer.deadLetter.topic", "dead");
    assertThat(settings(properties).consumer().discards().deadLetterTopic()).contains("dead");
  }

  @Test
  void theDefaultsAreThoseOfTheContract() {
    KafkaSettings settings = settings(BOTH);

    assertThat(settings.bootstrapServers()).containsExactly("a:1", "[::1]:2");
    assertThat(settings.securityProtocol()).isEqualTo("PLAINTEXT");
    assertThat(settings.modes()).containsExactlyInAnyOrder(Mode.CONSUME, Mode.PUBLISH);
    assertThat(settings.producer().compressionType()).isEqualTo("none");
    assertThat(settings.producer().acks()).isEqualTo("all");
    assertThat(settings.producer().idempotence()).isTrue();
    assertThat(settings.producer().inFlight().messages()).isEqualTo(1024);
    assertThat(settings.producer().inFlight().bytes()).isEqualTo(32 << 20);
    assertThat(settings.producer().inFlight().timeout()).isEqualTo(Duration.ofSeconds(30));
    assertThat(settings.consumer().encodeMessageId()).isTrue();
    assertThat(settings.consumer().fetch().autoOffsetReset()).isEqualTo("latest");
    assertThat(settings.consumer().unsettled().messages()).isEqualTo(1024);
    assertThat(settings.consumer().unsettled().bytes()).isEqualTo(32 << 20);
    assertThat(settings.consumer().unsettled().age()).isEqualTo(Duration.ofMinutes(1));
    assertThat(settings.consumer().discards().strategy()).isEqualTo(FailureStrategy.DISCARD);
    assertThat(settings.reconnect())
        .isEqualTo(new Reconnect(Duration.ofMillis(500), Duration.ofSeconds(30), 0.2, -1));
    assertThat(settings.clientProperties()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"[fe80::1%12]:9092", "[fe80::1%eth0.1]:9092", "[2001:db8::7]:1"})
  void aServerMayBeAnAddressWithAZone(String server) {
    Map<String, Object> properties = new HashMap<>(BOTH);
    properties.put("bootstrapServers", server);

    assertThat(settings(properties).bootstrapServers()).containsExactly(server);
  }

  @Test
  void keysBelowPropertiesAreVerbatim() {
    Map<String, Object> properties = new HashMap<>(BOTH);
    properties.put("properties.session.timeout.ms", 7000);

    assertThat(settings(properties).clientProperties()).containsEntry("session.timeout.ms", "7000");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "bootstrap.servers",
        "sasl.jaas.config",
        "ssl.keystore.password",
        "key.serializer",
        "value.deserializer",
        "interceptor.classes",
        "group.id",
        "enable.auto.commit",
        "max.poll.records",
        "config.providers"
      })
  void clientPropertiesThatAreFixedAreRefused(String property) {
    Map<String, Object> properties = new HashMap<>(BOTH);
    properties.put("properties." + property, "canary-x7");

    ConfigurationException refusal =
        catchThrowableOfType(ConfigurationException.class, () -> settings(properties));

    assertThat(refusal.violations())
        .extracting(Violation::pointer)
        .containsExactly("/properties/" + property);
    assertThat(refusal.getMessage()).contains("cannot be set here").doesNotContain("canary-x7");
  }

  @Test
  void aRequestOverridesWhatItMay() {
    KafkaSettings settings = settings(BOTH);

    assertThat(settings.consumer().with(Map.of("topics", "a, b", "groupId", "g")))
        .satisfies(
            changed -> {
              assertThat(changed.subscription().topics()).containsExactly("a", "b");
              assertThat(changed.group().id()).contains("g");
            });
    assertThat(settings.consumer().with(Map.of())).isEqualTo(settings.consumer());
    assertThat(settings.producer().topicsWith(Map.of("topics", List.of("x")))).containsExactly("x");
    assertThatThrownBy(() -> settings.consumer().with(Map.of("topic", "a")))
        .isInstanceOf(EndpointException.class)
        .hasMessageContaining("consumer.topic")
        .hasMessageContaining("consumer.topics");
    assertThatThrownBy(() -> settings.producer().topicsWith(Map.of("topics", "a/b")))
        .isInstanceOf(EndpointException.class);
    assertThatThrownBy(() -> settings.consumer().with(Map.of("groupId", " ")))
        .isInstanceOf(EndpointException.class);
  }

  private static KafkaSettings settings(Map<String, ?> properties) {
    return KafkaSettings.of(SCHEMA.settings(EndpointConfiguration.of("orders", properties)));
  }
}
