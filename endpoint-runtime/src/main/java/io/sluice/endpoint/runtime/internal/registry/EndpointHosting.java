/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.runtime.internal.registry;

import io.sluice.endpoint.EndpointState;
import io.sluice.endpoint.EndpointStatus;
import io.sluice.endpoint.MessageEndpoint;
import io.sluice.endpoint.Violation;
import io.sluice.endpoint.runtime.internal.control.ControlThread;
import io.sluice.endpoint.runtime.internal.control.PluginCalls;
import io.sluice.endpoint.runtime.internal.endpoint.EndpointPlan;
import io.sluice.endpoint.runtime.internal.endpoint.HostedEndpoint;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives each name to one entry, and that entry a live endpoint. The name is free again when the
 * endpoint that bore it has been closed: two at once would compete for client ids and queues.
 * Control thread.
 */
final class EndpointHosting {

  private static final Logger LOG = LoggerFactory.getLogger(EndpointHosting.class);

  private final ControlThread control;
  private final PluginCalls calls;
  private final EndpointPlanner planner;
  private final HandleServices services;
  private final ManagedEndpointViews views;
  private final Consumer<String> changes;
  private final NameClaims claims = new NameClaims();
  private final Map<String, CompletionStage<Void>> closing = new HashMap<>();

  /**
   * Hosts nothing yet.
   *
   * @param changes hears the names of endpoints that came, went or changed
   */
  EndpointHosting(
      ControlThread control,
      PluginCalls calls,
      EndpointPlanner planner,
      HandleServices services,
      ManagedEndpointViews views,
      Consumer<String> changes) {
    this.control = control;
    this.calls = calls;
    this.planner = planner;
    this.services = services;
    this.views = views;
    this.changes = changes;
  }

  /** Brings an entry, whose definition may be new, in line with its definition. */
  void update(EndpointEntry entry) {
    if (entry.asksForAnother()) {
      release(entry);
      entry.adopt();
      if (!entry.name().isEmpty()) {
        claims.add(entry.name(), entry);
      }
    }
    settle(entry);
  }

  /** Carries out what the entry's definition, its group and the factories ask for now. */
  void settle(EndpointEntry entry) {
    EndpointPlan plan = planner.plan(entry);
    Optional<EndpointEntry> owner = claims.owner(entry.name());
    if (owner.isEmpty()) {
      reject(entry, plan, List.of(), "the configuration has no name");
    } else if (owner.get() != entry) {
      reject(entry, plan, List.of(duplicate(entry, owner.get())), "its name is taken");
    } else if (closing.containsKey(entry.name())) {
      views.reject(entry, awaitingName(), plan.shown());
    } else {
      host(entry, plan);
    }
  }

  /** Closes the endpoint of an entry that is gone. */
  void remove(EndpointEntry entry) {
    views.remove(entry.pid());
    release(entry);
  }

  /** The endpoints that are being closed. */
  List<CompletionStage<Void>> closing() {
    return List.copyOf(closing.values());
  }

  /** The handle of the live endpoint that bears a name. */
  Optional<MessageEndpoint> handle(String name) {
    return claims.owner(name).flatMap(EndpointEntry::hosted).map(HostedEndpoint::handle);
  }

  private void host(EndpointEntry entry, EndpointPlan plan) {
    HostedEndpoint hosted = entry.hosted().orElse(null);
    boolean fresh = hosted == null;
    if (fresh) {
      hosted =
          new HostedEndpoint(entry.name(), entry.type(), control, calls.forOwner(), this::changed);
      entry.host(hosted);
      services.register(hosted);
    }
    hosted.apply(plan);
    views.show(entry, hosted, plan.shown());
    if (fresh) {
      changes.accept(entry.name());
    }
  }

  private void changed(HostedEndpoint hosted) {
    services.refresh(hosted);
    changes.accept(hosted.name());
  }

  private void release(EndpointEntry entry) {
    String name = entry.name();
    List<EndpointEntry> before = claims.claimants(name);
    claims.remove(name, entry);
    Optional<HostedEndpoint> hosted = entry.hosted();
    entry.host(null);
    if (hosted.isPresent()) {
      services.unregister(hosted.get());
      changes.accept(name);
      close(name, hosted.get());
    } else if (before.size() > 1 && before.get(0) == entry) {
      settleAll(name);
    }
  }

  private void close(String name, HostedEndpoint hosted) {
    CompletionStage<Void> closed = hosted.close();
    closing.put(name, closed);
    closed.whenComplete(
        (nothing, error) -> {
          if (error != null) {
            LOG.error("Endpoint '{}' failed to close", name, error);
          }
          control.execute(() -> closed(name));
        });
  }

  private void closed(String name) {
    closing.remove(name);
    settleAll(name);
  }

  private void settleAll(String name) {
    claims.claimants(name).forEach(this::settle);
  }

  private void reject(EndpointEntry entry, EndpointPlan plan, List<Violation> more, String reason) {
    List<Violation> violations = new ArrayList<>(more);
    violations.addAll(plan.violations());
    EndpointStatus status =
        EndpointStatus.builder(EndpointState.INVALID, Instant.now())
            .reason(reason)
            .violations(violations)
            .warnings(plan.warnings())
            .build();
    if (views.reject(entry, status, plan.shown())) {
      LOG.warn("Configuration {} is rejected, {}; correct it: {}", entry.pid(), reason, violations);
    }
  }

  private static Violation duplicate(EndpointEntry entry, EndpointEntry owner) {
    return Violation.of(
        "/name",
        "name",
        "the name '%s' is taken by configuration %s".formatted(entry.name(), owner.pid()));
  }

  private static EndpointStatus awaitingName() {
    return EndpointStatus.builder(EndpointState.STARTING, Instant.now())
        .reason("the endpoint that had the name is being closed")
        .build();
  }
}
