/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.runtime.internal.endpoint;

import io.sluice.endpoint.EndpointFactory;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;

/** Factories that are leaving and not let go of yet. Owned by the control thread. */
final class LeavingFactories {

  /** How a factory leaves. */
  private static final class Leave {
    private final CompletableFuture<Void> gone = new CompletableFuture<>();
    private boolean due;
  }

  private final Map<EndpointFactory, Leave> leaving = new IdentityHashMap<>();

  /** A factory leaves; the stage completes when it is {@linkplain #release released}. */
  CompletionStage<Void> add(EndpointFactory factory) {
    return leaving.computeIfAbsent(factory, added -> new Leave()).gone;
  }

  /** What a factory has made is to be drained now. */
  void due(EndpointFactory factory) {
    Leave leave = leaving.get(factory);
    if (leave != null) {
      leave.due = true;
    }
  }

  boolean has(Blueprint blueprint) {
    return leave(blueprint) != null;
  }

  boolean isDue(Blueprint blueprint) {
    Leave leave = leave(blueprint);
    return leave != null && leave.due;
  }

  private Leave leave(Blueprint blueprint) {
    return blueprint == null ? null : leaving.get(blueprint.candidate().factory());
  }

  /** A plan without the factories that leave. */
  EndpointPlan removeFrom(EndpointPlan plan) {
    EndpointPlan rest = plan;
    for (EndpointFactory factory : leaving.keySet()) {
      rest = rest.without(factory);
    }
    return rest;
  }

  /** Lets go of what is not in use any more. */
  void release(Predicate<EndpointFactory> inUse) {
    List<EndpointFactory> free = leaving.keySet().stream().filter(inUse.negate()).toList();
    free.stream().map(leaving::remove).toList().forEach(leave -> leave.gone.complete(null));
  }
}
