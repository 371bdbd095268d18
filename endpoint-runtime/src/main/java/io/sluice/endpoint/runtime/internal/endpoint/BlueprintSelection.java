/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.runtime.internal.endpoint;

import io.sluice.endpoint.EndpointConfiguration;
import io.sluice.endpoint.EndpointState;
import io.sluice.endpoint.Violation;
import io.sluice.endpoint.runtime.internal.control.DetachedException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What is to serve an endpoint, decided from the plan, what is at work, what worked last and what
 * was rejected before. Immutable.
 *
 * @param blueprint what is to serve; null when nothing can
 * @param state {@code UP} when what serves is what was asked for, {@code DEGRADED} when it is not,
 *     and otherwise why nothing can serve
 * @param reason empty where the state says it all
 * @param violations what is wrong with the configuration
 */
record BlueprintSelection(
    Blueprint blueprint, EndpointState state, String reason, List<Violation> violations) {

  /**
   * Selects what is to serve.
   *
   * @param current what is at work; null for nothing
   * @param lastGood what worked last and can be made again; null for nothing
   * @param rejected what could not be created or started, and why
   */
  static BlueprintSelection select(
      String name,
      EndpointPlan plan,
      Blueprint current,
      Blueprint lastGood,
      Map<Blueprint, DetachedException> rejected) {
    if (!plan.violations().isEmpty()) {
      return invalid(plan.violations(), lastGood, rejected);
    }
    if (plan.candidates().isEmpty()) {
      return nothing(EndpointState.UNSATISFIED, plan.unsatisfiedReason(), List.of());
    }
    List<Blueprint> wanted = wanted(name, plan, current);
    for (Blueprint blueprint : wanted) {
      if (!rejected.containsKey(blueprint)) {
        return serve(blueprint, wanted.get(0), rejected);
      }
    }
    if (canServe(lastGood, rejected)) {
      return serve(lastGood, wanted.get(0), rejected);
    }
    DetachedException reason = rejected.get(wanted.get(0));
    return reason.violations().isEmpty()
        ? nothing(EndpointState.FAILED, reason.getMessage(), List.of())
        : nothing(EndpointState.INVALID, describe(reason.violations()), reason.violations());
  }

  /** Whether a plan could select a blueprint, if nothing had been rejected. */
  static boolean mentions(String name, EndpointPlan plan, Blueprint blueprint) {
    return wanted(name, plan, null).contains(blueprint);
  }

  /** Whether the selection is to make something that is not at work. */
  boolean isNew(Blueprint current) {
    return blueprint != null && !blueprint.equals(current);
  }

  /** Best first; of candidates of the best version, the one at work. */
  private static List<Blueprint> wanted(String name, EndpointPlan plan, Blueprint current) {
    EndpointConfiguration configuration = plan.configuration(name);
    List<Blueprint> wanted = new ArrayList<>();
    for (FactoryCandidate candidate : plan.candidates()) {
      Blueprint blueprint = new Blueprint(candidate, configuration);
      boolean keepsCurrent =
          current != null
              && candidate.equals(current.candidate())
              && candidate.version().equals(plan.candidates().get(0).version());
      wanted.add(keepsCurrent ? 0 : wanted.size(), blueprint);
    }
    return wanted;
  }

  private static BlueprintSelection serve(
      Blueprint blueprint, Blueprint best, Map<Blueprint, DetachedException> rejected) {
    if (blueprint.equals(best)) {
      return new BlueprintSelection(blueprint, EndpointState.UP, "", List.of());
    }
    DetachedException rejection = rejected.get(best);
    String reason =
        rejection.violations().isEmpty()
            ? best + " failed (" + rejection.getMessage() + "); " + blueprint + " serves instead"
            : "the configuration was refused; the last good one serves";
    return new BlueprintSelection(
        blueprint, EndpointState.DEGRADED, reason, rejection.violations());
  }

  private static BlueprintSelection invalid(
      List<Violation> violations, Blueprint lastGood, Map<Blueprint, DetachedException> rejected) {
    if (canServe(lastGood, rejected)) {
      String reason = "the configuration is invalid; the last good one serves";
      return new BlueprintSelection(lastGood, EndpointState.DEGRADED, reason, violations);
    }
    return nothing(EndpointState.INVALID, describe(violations), violations);
  }

  private static boolean canServe(Blueprint lastGood, Map<Blueprint, DetachedException> rejected) {
    return lastGood != null && !rejected.containsKey(lastGood);
  }

  private static BlueprintSelection nothing(
      EndpointState state, String reason, List<Violation> violations) {
    return new BlueprintSelection(null, state, reason, violations);
  }

  private static String describe(List<Violation> violations) {
    return violations.stream().map(Violation::toString).collect(Collectors.joining("; "));
  }
}
