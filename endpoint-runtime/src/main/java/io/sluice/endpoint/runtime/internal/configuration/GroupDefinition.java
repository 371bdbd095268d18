/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.runtime.internal.configuration;

import io.sluice.endpoint.Violation;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Keys that the endpoints of a group share. Immutable.
 *
 * @param pid the PID of the configuration
 * @param name by which endpoints refer to it; empty where it is missing or of no use
 * @param settings the shared keys that the runtime obeys, as they were written
 * @param properties the shared keys of the endpoints' types
 * @param violations what is wrong with the group itself
 * @param warnings what the host warns of
 */
public record GroupDefinition(
    String pid,
    Optional<String> name,
    Map<String, Object> settings,
    Map<String, Object> properties,
    List<Violation> violations,
    List<String> warnings) {

  /** The definition in a configuration whose factory PID is that of groups. */
  public static GroupDefinition of(StoredConfiguration configuration) {
    KeyReader keys = new KeyReader(configuration.properties());
    Optional<String> name = keys.name(configuration);
    Map<String, Object> settings = keys.raw(SettingsDefinition.KEYS);
    List<String> warnings = keys.warnings();
    return new GroupDefinition(
        configuration.pid(), name, settings, keys.rest(), keys.violations(), warnings);
  }

  /** The last good definition, while the newest one could not be read. */
  public GroupDefinition beforeUnreadable(String problem) {
    return new GroupDefinition(
        pid,
        name,
        settings,
        properties,
        violations,
        List.of(problem + "; the last good group serves"));
  }

  /** The PID and keys alone: values may be secret. */
  @Override
  public String toString() {
    return "GroupDefinition[" + pid + ", " + properties.keySet() + "]";
  }
}
