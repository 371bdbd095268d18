/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.runtime.internal.configuration;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.endpoint.Violation;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.Vector;
import org.junit.jupiter.api.Test;
import org.osgi.framework.Version;

class EndpointDefinitionTest {

  private static final String ANY = "io.sluice.endpoint";

  @Test
  void takesTheRuntimesKeysOutAndLeavesThoseOfTheType() {
    EndpointDefinition definition =
        define(
            ANY + "~a",
            ANY,
            Map.of(
                "name", "orders",
                "type", "mock",
                "version", "[1.2,2)",
                "group", "plant",
                "drain", "100",
                "messageInterval", 10,
                "service.pid", ANY + "~a",
                "service.factoryPid", ANY,
                "felix.fileinstall.filename", "file:orders.cfg"));

    assertThat(definition.name()).contains("orders");
    assertThat(definition.type()).isEqualTo("mock");
    assertThat(definition.group()).contains("plant");
    assertThat(definition.versions().includes(Version.valueOf("1.3"))).isTrue();
    assertThat(definition.versions().includes(Version.valueOf("2.0"))).isFalse();
    assertThat(definition.settings()).isEqualTo(Map.of("drain", "100"));
    assertThat(definition.properties()).isEqualTo(Map.of("messageInterval", 10));
    assertThat(definition.violations()).isEmpty();
  }

  @Test
  void isNamedByThePidAndTypedByTheFactoryPid() {
    EndpointDefinition definition = define(ANY + ".mock~orders", ANY + ".mock", Map.of());
    assertThat(definition.name()).contains("orders");
    assertThat(definition.type()).isEqualTo("mock");
    assertThat(definition.versions().includes(Version.emptyVersion)).isTrue();
    assertThat(definition.violations()).isEmpty();
  }

  @Test
  void findsEverythingThatIsWrongAtOnce() {
    EndpointDefinition definition =
        define(ANY + ".1234", ANY, Map.of("version", "two", "group", " "));
    assertThat(definition.name()).isEmpty();
    assertThat(definition.violations())
        .extracting(Violation::key)
        .containsExactlyInAnyOrder("name", "type", "version", "group");
    assertThat(definition.violations())
        .extracting(Violation::message)
        .contains("'version' must be a version or a range such as '[1.2,2)', but is 'two'");
  }

  @Test
  void refusesATypeThatContradictsTheFactoryPid() {
    EndpointDefinition definition = define(ANY + ".mock~a", ANY + ".mock", Map.of("type", "kafka"));
    assertThat(definition.violations())
        .extracting(Violation::message)
        .containsExactly("'type' is 'kafka', but the factory PID says 'mock'");
  }

  @Test
  void refusesNamesThatWouldBreakUrlsAndClientIds() {
    for (String name : List.of("a/b", "../a", "a b", "-a", "ä", "x".repeat(129))) {
      EndpointDefinition definition = define(ANY + "~p", ANY, Map.of("name", name, "type", "mock"));
      assertThat(definition.name()).as(name).isEmpty();
      assertThat(definition.violations())
          .as(name)
          .extracting(Violation::key)
          .containsExactly("name");
    }
  }

  @Test
  void tellsOfAPlaceholderThatNothingHasResolved() {
    EndpointDefinition definition = define(ANY + "~a", ANY, Map.of("type", "$[env:TYPE]"));
    assertThat(definition.type()).isEmpty();
    assertThat(definition.violations())
        .extracting(Violation::message)
        .containsExactly("'type' has an unresolved placeholder: $[env:TYPE]");
  }

  @Test
  void isEqualAfterAnotherReadOfTheSameArrays() {
    Map<String, Object> arrays =
        Map.of("type", "mock", "topics", new String[] {"a", "b"}, "ports", new int[] {1, 2});
    Map<String, Object> others =
        Map.of(
            "type", "mock", "topics", new Vector<>(List.of("a", "b")), "ports", new int[] {1, 2});
    assertThat(define(ANY + "~a", ANY, arrays)).isEqualTo(define(ANY + "~a", ANY, others));
  }

  @Test
  void showsNoValueAsText() {
    Map<String, Object> properties = Map.of("type", "mock", "password", "canary");
    assertThat(define(ANY + "~a", ANY, properties).toString()).doesNotContain("canary");
    assertThat(stored(ANY + "~a", ANY, properties).toString()).doesNotContain("canary");
  }

  @Test
  void readsTheSettingsOfGroupAndEndpointTogether() {
    SettingsDefinition settings =
        SettingsDefinition.of(Map.of("drain", 100, "maxDeliveries", "3"), Map.of("drain", "200"));
    assertThat(settings.drain()).hasMillis(200);
    assertThat(settings.redeliveryDelay()).isZero();
    assertThat(settings.maxDeliveries()).isEqualTo(3);
    assertThat(settings.callTimeout()).hasSeconds(30);
    assertThat(settings.violations()).isEmpty();
  }

  @Test
  void refusesSettingsOutOfRange() {
    SettingsDefinition settings =
        SettingsDefinition.of(
            Map.of(),
            Map.of(
                "drain", "-1",
                "redeliveryDelay", "soon",
                "maxDeliveries", "0",
                "callTimeout", "1"));
    assertThat(settings.violations())
        .extracting(Violation::message)
        .containsExactly(
            "'drain' must be a whole number from 0 to 600000, but is '-1'",
            "'redeliveryDelay' must be a whole number from 0 to 86400000, but is 'soon'",
            "'maxDeliveries' must be 1 or more, or -1 for no limit, but is 0",
            "'callTimeout' must be a whole number from 100 to 600000, but is '1'");
    assertThat(settings.drain()).hasSeconds(5);
  }

  private static EndpointDefinition define(
      String pid, String factoryPid, Map<String, ?> properties) {
    return EndpointDefinition.of(stored(pid, factoryPid, properties));
  }

  private static StoredConfiguration stored(
      String pid, String factoryPid, Map<String, ?> properties) {
    Dictionary<String, Object> dictionary = new Hashtable<>(properties);
    return StoredConfiguration.of(pid, factoryPid, dictionary);
  }
}
