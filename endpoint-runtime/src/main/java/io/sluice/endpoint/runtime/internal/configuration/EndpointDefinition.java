/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.runtime.internal.configuration;

import io.sluice.endpoint.Violation;
import io.sluice.endpoint.runtime.EndpointRuntime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.osgi.framework.VersionRange;

/**
 * What a configuration says of one endpoint. Immutable.
 *
 * @param pid the PID of the configuration
 * @param name unique in the host; empty where it is missing or of no use, with a violation
 * @param type the endpoint type's name; empty where it is missing, with a violation
 * @param versions which versions of the type's bundle may serve it
 * @param group the group whose keys it shares
 * @param settings the keys that the runtime obeys while the endpoint runs, as they were written
 * @param properties the keys of the type
 * @param violations what is wrong with the runtime's keys
 * @param warnings what the host warns of
 * @param readable false when the host could not read it, and only PID and violations count
 */
public record EndpointDefinition(
    String pid,
    Optional<String> name,
    String type,
    VersionRange versions,
    Optional<String> group,
    Map<String, Object> settings,
    Map<String, Object> properties,
    List<Violation> violations,
    List<String> warnings,
    boolean readable) {

  /** Any version. */
  private static final VersionRange ANY = new VersionRange("0");

  /** The definition in a configuration whose factory PID is one of endpoints. */
  public static EndpointDefinition of(StoredConfiguration configuration) {
    Optional<String> problem = configuration.problem();
    if (problem.isPresent()) {
      return unreadable(configuration, problem.get());
    }
    KeyReader keys = new KeyReader(configuration.properties());
    Optional<String> name = keys.name(configuration);
    String type = type(keys, configuration.factoryPid());
    VersionRange versions = versions(keys);
    Optional<String> group = keys.text("group");
    Map<String, Object> settings = keys.raw(SettingsDefinition.KEYS);
    List<String> warnings = keys.warnings();
    return new EndpointDefinition(
        configuration.pid(),
        name,
        type,
        versions,
        group,
        settings,
        keys.rest(),
        keys.violations(),
        warnings,
        true);
  }

  private static EndpointDefinition unreadable(StoredConfiguration configuration, String problem) {
    KeyReader nothing = new KeyReader(Map.of());
    String factoryPid = configuration.factoryPid();
    return new EndpointDefinition(
        configuration.pid(),
        nothing.name(configuration),
        factoryPid.equals(EndpointRuntime.ENDPOINT_FACTORY_PID) ? "" : type(nothing, factoryPid),
        ANY,
        Optional.empty(),
        Map.of(),
        Map.of(),
        List.of(Violation.of("", "", problem)),
        List.of(),
        false);
  }

  /** What was defined before a newer definition that could not be read. */
  public EndpointDefinition before(EndpointDefinition unreadable) {
    return new EndpointDefinition(
        pid,
        name,
        type,
        versions,
        group,
        settings,
        properties,
        unreadable.violations,
        warnings,
        false);
  }

  /** Whether configurations of a factory PID define endpoints. */
  public static boolean isDefinedBy(String factoryPid) {
    return ConfigurationFeed.isEndpoint(factoryPid);
  }

  /** The factory PID and keys alone: values may be secret. */
  @Override
  public String toString() {
    return "EndpointDefinition["
        + pid
        + ", "
        + type
        + " "
        + versions
        + ", "
        + properties.keySet()
        + "]";
  }

  private static String type(KeyReader keys, String factoryPid) {
    Optional<String> written = keys.text("type");
    if (factoryPid.equals(EndpointRuntime.ENDPOINT_FACTORY_PID)) {
      if (written.isEmpty()) {
        keys.violateOnce("type", "is missing: it names the kind of endpoint, such as 'mock'");
      }
      return written.orElse("");
    }
    String implied = factoryPid.substring(EndpointRuntime.ENDPOINT_FACTORY_PID.length() + 1);
    if (written.isPresent() && !written.get().equals(implied)) {
      keys.violate(
          "type", "is '%s', but the factory PID says '%s'".formatted(written.get(), implied));
    }
    return implied;
  }

  private static VersionRange versions(KeyReader keys) {
    Optional<String> text = keys.text("version");
    if (text.isEmpty()) {
      return ANY;
    }
    try {
      return VersionRange.valueOf(text.get());
    } catch (IllegalArgumentException e) {
      keys.violate(
          "version", "must be a version or a range such as '[1.2,2)', but is '" + text.get() + "'");
      return ANY;
    }
  }
}
