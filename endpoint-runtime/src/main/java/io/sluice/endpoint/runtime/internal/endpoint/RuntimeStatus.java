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
import org.osgi.framework.Version;

/**
 * What the runtime knows of an endpoint, to be joined with what the plugin says. Immutable, but for
 * the generation.
 *
 * @param state {@code UP} leaves it to the plugin; {@code DEGRADED} qualifies a plugin that is up;
 *     any other state overrides that of the plugin
 * @param error the runtime's last error; null for none
 * @param generation the one at work; null for none
 * @param version of the bundle that serves; empty for none
 * @param modes of the last generation that worked
 * @param past the counters of former generations together
 */
record RuntimeStatus(
    EndpointState state,
    String reason,
    List<Violation> violations,
    EndpointError error,
    Generation generation,
    Optional<String> version,
    Set<Mode> modes,
    EndpointCounters past) {

  static final RuntimeStatus INITIAL =
      new RuntimeStatus(
          EndpointState.UNSATISFIED,
          "",
          List.of(),
          null,
          null,
          Optional.empty(),
          Set.of(),
          EndpointCounters.zero());

  /** This status with another state. */
  RuntimeStatus withState(EndpointState other, String why, List<Violation> wrong) {
    return new RuntimeStatus(other, why, wrong, error, generation, version, modes, past);
  }

  /** This status after an error. */
  RuntimeStatus withError(EndpointError other) {
    return new RuntimeStatus(state, reason, violations, other, generation, version, modes, past);
  }

  /** This status with a generation at work. */
  RuntimeStatus withGeneration(Generation present, Version itsVersion) {
    Optional<String> serving = Optional.of(itsVersion.toString());
    return new RuntimeStatus(
        state, reason, violations, error, present, serving, present.modes(), past);
  }

  /** This status without a generation, whose counters are kept. */
  RuntimeStatus withoutGeneration(EndpointCounters last) {
    EndpointCounters sum = CounterSum.of(past, CounterSum.withoutGauges(last));
    return new RuntimeStatus(state, reason, violations, error, null, Optional.empty(), modes, sum);
  }

  /**
   * The status of the endpoint.
   *
   * @param plugin the plugin's own status; null if there is none
   * @param since when the runtime's state was entered
   */
  EndpointStatus joinedWith(EndpointStatus plugin, Instant since) {
    if (plugin == null || state != EndpointState.UP && state != EndpointState.DEGRADED) {
      return EndpointStatus.builder(state, since)
          .reason(reason)
          .violations(violations)
          .warnings(plugin == null ? List.of() : plugin.warnings())
          .details(plugin == null ? Map.of() : plugin.details())
          .lastError(lastError(plugin))
          .counters(counters(plugin))
          .build();
    }
    boolean qualified = state == EndpointState.DEGRADED && plugin.state() == EndpointState.UP;
    return EndpointStatus.builder(qualified ? state : plugin.state(), since)
        .reason(joined(plugin.reason()))
        .violations(violations.isEmpty() ? plugin.violations() : violations)
        .warnings(plugin.warnings())
        .details(plugin.details())
        .lastError(lastError(plugin))
        .counters(counters(plugin))
        .build();
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

  private EndpointError lastError(EndpointStatus plugin) {
    EndpointError plugins = plugin == null ? null : plugin.lastError().orElse(null);
    if (error == null || plugins == null) {
      return error == null ? plugins : error;
    }
    return plugins.time().isAfter(error.time()) ? plugins : error;
  }
}
