/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.runtime.internal.configuration;

import io.sluice.endpoint.Qos;
import io.sluice.endpoint.Violation;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a configuration says of one pipe. Immutable.
 *
 * @param pid the PID of the configuration
 * @param name the configured name, or the PID where there is none of use
 * @param from the name of the endpoint that it consumes from; empty where it is missing
 * @param to the name of the endpoint that it publishes to; empty where it is missing
 * @param qos when a message of the source is settled
 * @param clientId under which it consumes
 * @param attributes which message attributes pass on: names, or {@code *} and the end of names
 * @param drain how long messages under way may take when the pipe ends
 * @param violations what is wrong with the configuration
 * @param warnings what the host warns of
 */
public record PipeDefinition(
    String pid,
    String name,
    String from,
    String to,
    Qos qos,
    String clientId,
    List<String> attributes,
    Duration drain,
    List<Violation> violations,
    List<String> warnings) {

  /**
   * Keys pass on, since they keep related messages together. Topics, partitions and the like do
   * not: they would make the target publish to where the source consumed from.
   */
  private static final List<String> DEFAULT_ATTRIBUTES = List.of("*.key");

  /** The definition in a configuration whose factory PID is that of pipes. */
  public static PipeDefinition of(StoredConfiguration configuration) {
    Optional<String> problem = configuration.problem();
    if (problem.isPresent()) {
      return unreadable(configuration, problem.get());
    }
    KeyReader keys = new KeyReader(configuration.properties());
    String name = keys.name(configuration).orElse(configuration.pid());
    String from = required(keys, "from", "the endpoint to consume from");
    String to = required(keys, "to", "the endpoint to publish to");
    Qos qos = qos(keys);
    String clientId = keys.text("clientId").orElse(name);
    List<String> attributes = keys.texts("attributes").orElse(DEFAULT_ATTRIBUTES);
    Duration drain = SettingsDefinition.drain(keys);
    List<String> warnings = keys.warnings();
    keys.rest().keySet().forEach(key -> keys.violate(key, "is not a key of a pipe"));
    return new PipeDefinition(
        configuration.pid(),
        name,
        from,
        to,
        qos,
        clientId,
        attributes,
        drain,
        keys.violations(),
        warnings);
  }

  private static PipeDefinition unreadable(StoredConfiguration configuration, String problem) {
    String name = new KeyReader(Map.of()).name(configuration).orElse(configuration.pid());
    return new PipeDefinition(
        configuration.pid(),
        name,
        "",
        "",
        Qos.AT_LEAST_ONCE,
        name,
        List.of(),
        Duration.ZERO,
        List.of(Violation.of("", "", problem)),
        List.of());
  }

  private static String required(KeyReader keys, String key, String meaning) {
    Optional<String> value = keys.text(key);
    if (value.isEmpty()) {
      keys.violateOnce(key, "is missing: it names " + meaning);
    }
    return value.orElse("");
  }

  private static Qos qos(KeyReader keys) {
    Optional<String> text = keys.text("qos");
    for (Qos qos : Qos.values()) {
      if (text.isPresent() && qos.name().equalsIgnoreCase(text.get())) {
        return qos;
      }
    }
    text.ifPresent(
        other ->
            keys.violate(
                "qos",
                "must be one of " + Arrays.toString(Qos.values()) + ", but is '" + other + "'"));
    return Qos.AT_LEAST_ONCE;
  }
}
