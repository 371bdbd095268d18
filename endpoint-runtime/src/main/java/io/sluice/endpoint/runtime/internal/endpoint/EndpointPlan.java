/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.runtime.internal.endpoint;

import io.sluice.endpoint.EndpointConfiguration;
import io.sluice.endpoint.EndpointFactory;
import io.sluice.endpoint.Violation;
import io.sluice.endpoint.runtime.internal.generation.RuntimeSettings;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What a configuration asks for now. Immutable; equal plans ask for the same.
 *
 * @param candidates the factories that may serve it, best first; empty when there is none
 * @param unsatisfiedReason why there is none, for people; empty when there is one
 * @param properties the nested, merged properties of the type, without the runtime's own keys
 * @param violations what the runtime itself finds wrong (duplicate name, bad version range,
 *     unresolved placeholder …); with any of them the plan is not carried out
 * @param warnings what is shown beside, and keeps nothing from being carried out
 * @param settings the runtime's own keys
 * @param shown what may be shown of it: with group and defaults applied and every secret masked
 * @param revision the change count of the configuration; a plan that differs in nothing else makes
 *     a failed endpoint try again and leaves a working one alone
 */
public record EndpointPlan(
    List<FactoryCandidate> candidates,
    String unsatisfiedReason,
    Map<String, Object> properties,
    List<Violation> violations,
    List<String> warnings,
    RuntimeSettings settings,
    Map<String, Object> shown,
    long revision) {

  public EndpointPlan {
    candidates = List.copyOf(candidates);
    Objects.requireNonNull(unsatisfiedReason, "unsatisfiedReason");
    properties = EndpointConfiguration.of("plan", properties).properties();
    violations = List.copyOf(violations);
    warnings = List.copyOf(warnings);
    Objects.requireNonNull(settings, "settings");
    Objects.requireNonNull(shown, "shown");
  }

  /** This plan without the candidates of a factory; the same object where it has none. */
  EndpointPlan without(EndpointFactory factory) {
    List<FactoryCandidate> left =
        candidates.stream().filter(candidate -> candidate.factory() != factory).toList();
    if (left.size() == candidates.size()) {
      return this;
    }
    String reason = left.isEmpty() ? "the bundle that served it has left" : unsatisfiedReason;
    return new EndpointPlan(
        left, reason, properties, violations, warnings, settings, shown, revision);
  }

  /** The configuration that it asks for, of an endpoint of that name. */
  EndpointConfiguration configuration(String name) {
    return EndpointConfiguration.of(name, properties);
  }

  /** Whether the other plan asks for the same, revisions and warnings apart. */
  boolean asksSameAs(EndpointPlan other) {
    return other != null
        && candidates.equals(other.candidates)
        && unsatisfiedReason.equals(other.unsatisfiedReason)
        && properties.equals(other.properties)
        && violations.equals(other.violations)
        && settings.equals(other.settings);
  }

  /** Candidates and keys: values may be secret. */
  @Override
  public String toString() {
    return "EndpointPlan["
        + candidates
        + ", "
        + properties.keySet()
        + ", revision "
        + revision
        + "]";
  }
}
