/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.runtime.internal.configuration;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.endpoint.Qos;
import io.sluice.endpoint.Violation;
import io.sluice.endpoint.runtime.EndpointRuntime;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PipeDefinitionTest {

  @Test
  void needsNoMoreThanTwoEndpoints() {
    PipeDefinition pipe = define(Map.of("from", "orders", "to", "archive"));
    assertThat(pipe.name()).isEqualTo("a");
    assertThat(pipe.clientId()).isEqualTo("a");
    assertThat(pipe.qos()).isEqualTo(Qos.AT_LEAST_ONCE);
    assertThat(pipe.attributes()).containsExactly("*.key");
    assertThat(pipe.drain()).hasSeconds(5);
    assertThat(pipe.violations()).isEmpty();
  }

  @Test
  void readsEveryKey() {
    PipeDefinition pipe =
        define(
            Map.of(
                "name", "copy",
                "from", "orders",
                "to", "archive",
                "qos", "at_most_once",
                "clientId", "copier",
                "attributes", "kafka.key, *.contentType",
                "drain", 10));
    assertThat(pipe.name()).isEqualTo("copy");
    assertThat(pipe.qos()).isEqualTo(Qos.AT_MOST_ONCE);
    assertThat(pipe.clientId()).isEqualTo("copier");
    assertThat(pipe.attributes()).isEqualTo(List.of("kafka.key", "*.contentType"));
    assertThat(pipe.drain()).hasMillis(10);
    assertThat(pipe.violations()).isEmpty();
  }

  @Test
  void findsEverythingThatIsWrongAtOnce() {
    PipeDefinition pipe = define(Map.of("from", "orders", "qos", "twice", "too", "archive"));
    assertThat(pipe.violations())
        .extracting(Violation::message)
        .containsExactlyInAnyOrder(
            "'to' is missing: it names the endpoint to publish to",
            "'qos' must be one of [NONE, AUTO, AT_MOST_ONCE, AT_LEAST_ONCE], but is 'twice'",
            "'too' is not a key of a pipe");
  }

  @Test
  void takesOutWhatTheHostWarnsOf() {
    PipeDefinition pipe =
        define(
            Map.of(
                "from",
                "orders",
                "to",
                "archive",
                EndpointRuntime.CONFIGURATION_WARNING,
                "a.cfg: hm"));
    assertThat(pipe.warnings()).containsExactly("a.cfg: hm");
    assertThat(pipe.violations()).isEmpty();
  }

  private static PipeDefinition define(Map<String, Object> properties) {
    return PipeDefinition.of(
        new StoredConfiguration("io.sluice.pipe~a", "io.sluice.pipe", properties));
  }
}
