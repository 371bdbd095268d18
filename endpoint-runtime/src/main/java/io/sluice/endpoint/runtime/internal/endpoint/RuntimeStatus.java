/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.runtime.internal.endpoint;

import io.sluice.endpoint.EndpointCounters;
import io.sluice.endpoint.EndpointError;
import io.sluice.endpoint.EndpointState;
import io.sluice.endpoint.EndpointStatus;
import io.sluice.endpoint.Mode;
import io.sluice.endpoint.Violation;
import io.sluice.endpoint.runtime.internal.generation.Generation;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.osgi.framework.Version;

/**
 * What the runtime knows of an endpoint, to be joined with what the plugin says. Immutable, but for
 * the generation.
 *
 * @param state {@code UP} leaves it to the plugin; {@code DEGRADED} qualifies a plugin that is up;
 *     any other state overrides that of the plugin
 * @param since when the state was entered
 * @param warnings of the configuration, in any state
 * @param error the runtime's last error; null for none
 * @param generation the one at work; null for none
 * @param version of the bundle that serves; empty for none
 * @param modes of the last generation that worked
 * @param past the counters of former generations together
 */
record RuntimeStatus(
    EndpointState state,
    Instant since,
    String reason,
    List<Violation> violations,
    List<String> warnings,
    EndpointError error,
    Generation generation,
    Optional<String> version,
    Set<Mode> modes,
    EndpointCounters past) {

  static RuntimeStatus initial() {
    return new RuntimeStatus(
        EndpointState.UNSATISFIED,
        Instant.now(),
        "",
        List.of(),
        List.of(),
        null,
        null,
        Optional.empty(),
        Set.of(),
        EndpointCounters.zero());
  }

  /** This status with another state. */
  RuntimeStatus withState(EndpointState other, String why, List<Violation> wrong) {
    Instant entered = other == state ? since : Instant.now();
    return new RuntimeStatus(
        other, entered, why, wrong, warnings, error, generation, version, modes, past);
  }

  /** This status with other warnings. */
  RuntimeStatus withWarnings(List<String> others) {
    return new RuntimeStatus(
        state, since, reason, violations, others, error, generation, version, modes, past);
  }

  /** This status after an error. */
  RuntimeStatus withError(EndpointError other) {
    return new RuntimeStatus(
        state, since, reason, violations, warnings, other, generation, version, modes, past);
  }

  /** This status with a generation at work. */
  RuntimeStatus withGeneration(Generation present, Version itsVersion) {
    Optional<String> serving = Optional.of(itsVersion.toString());
    return new RuntimeStatus(
        state, since, reason, violations, warnings, error, present, serving, present.modes(), past);
  }

  /** This status without a generation, whose counters are kept. */
  RuntimeStatus withoutGeneration(EndpointCounters last) {
    EndpointCounters sum = CounterSum.of(past, CounterSum.withoutGauges(last));
    return new RuntimeStatus(
        state, since, reason, violations, warnings, error, null, Optional.empty(), modes, sum);
  }

  /**
   * The status of the endpoint. Equal parts make an equal status at any time.
   *
   * @param plugin the plugin's own status; null if there is none
   * @param shown what was shown last, which may have been in the same state for longer
   */
  EndpointStatus joinedWith(EndpointStatus plugin, EndpointStatus shown) {
    if (plugin == null || state != EndpointState.UP && state != EndpointState.DEGRADED) {
      return EndpointStatus.builder(state, since(state, since, shown))
          .reason(reason)
          .violations(violations)
          .warnings(plugin == null ? warnings : joined(plugin.warnings()))
          .details(plugin == null ? Map.of() : plugin.details())
          .lastError(lastError(plugin))
          .counters(counters(plugin))
          .build();
    }
    boolean qualified = state == EndpointState.DEGRADED && plugin.state() == EndpointState.UP;
    EndpointState joined = qualified ? state : plugin.state();
    Instant entered = plugin.since().isAfter(since) ? plugin.since() : since;
    return EndpointStatus.builder(joined, since(joined, entered, shown))
        .reason(joined(plugin.reason()))
        .violations(violations.isEmpty() ? plugin.violations() : violations)
        .warnings(joined(plugin.warnings()))
        .details(plugin.details())
        .lastError(lastError(plugin))
        .counters(counters(plugin))
        .build();
  }

  private static Instant since(EndpointState state, Instant entered, EndpointStatus shown) {
    return shown != null && shown.state() == state ? shown.since() : entered;
  }

  private EndpointCounters counters(EndpointStatus plugin) {
    return plugin == null ? past : CounterSum.of(past, plugin.counters());
  }

  private String joined(String plugins) {
    if (reason.isEmpty() || plugins.isEmpty()) {
      return reason + plugins;
    }
    return plugins + "; " + reason;
  }

  private List<String> joined(List<String> plugins) {
    return Stream.concat(warnings.stream(), plugins.stream()).toList();
  }

  private EndpointError lastError(EndpointStatus plugin) {
    EndpointError plugins = plugin == null ? null : plugin.lastError().orElse(null);
    if (error == null || plugins == null) {
      return error == null ? plugins : error;
    }
    return plugins.time().isAfter(error.time()) ? plugins : error;
  }
}
