/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.runtime.internal.endpoint;

import io.sluice.endpoint.EndpointError;
import io.sluice.endpoint.EndpointException;
import io.sluice.endpoint.EndpointFactory;
import io.sluice.endpoint.EndpointState;
import io.sluice.endpoint.EndpointStatus;
import io.sluice.endpoint.ErrorCode;
import io.sluice.endpoint.Mode;
import io.sluice.endpoint.runtime.internal.control.ControlThread;
import io.sluice.endpoint.runtime.internal.control.DetachedException;
import io.sluice.endpoint.runtime.internal.control.PluginCalls;
import io.sluice.endpoint.runtime.internal.generation.RuntimeSettings;
import io.sluice.endpoint.runtime.internal.generation.SettingsInForce;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One configured endpoint: decides which generation serves behind a stable handle.
 *
 * <p>{@link #idle()} compares what is wanted with what is at work and has the {@link
 * GenerationSlot} take the next step. Each step ends there again, so that all that was asked for
 * meanwhile is taken up. A step that is not wanted any more is abandoned.
 *
 * <p>{@link #apply}, {@link #factoryLeaving} and {@link #close} are called on the control thread,
 * which owns all fields; the other public methods on any.
 */
public final class HostedEndpoint {

  private static final Logger LOG = LoggerFactory.getLogger(HostedEndpoint.class);

  private final String name;
  private final String typeName;
  private final HostedEndpointListener listener;
  private final TrafficSwitch traffic;
  private final StatusAggregator statuses;
  private final GenerationSlot slot;
  private final OperatorRequests requests;
  private final EndpointHandle handle;

  /** What could not be created or started. */
  private final Map<Blueprint, DetachedException> rejected = new HashMap<>();

  private final SettingsInForce settings = new SettingsInForce();
  private final LeavingFactories leaving = new LeavingFactories();
  private final List<CompletableFuture<Void>> startWaiters = new ArrayList<>();
  private final List<CompletableFuture<Void>> stopWaiters = new ArrayList<>();

  private EndpointPlan plan;
  private Blueprint lastGood;

  /** The settings that were in force with it. */
  private RuntimeSettings lastGoodSettings;

  private boolean closed;
  private boolean stopped;
  private Duration stopDrain;

  /** What was said of the factory that left last. */
  private boolean bundleMayReturn;

  /** Whether traffic was ended after the last generation. */
  private boolean ended;

  /**
   * An endpoint without a plan; it is {@code UNSATISFIED} until the first one is applied.
   *
   * @param name the endpoint's name, not blank
   * @param typeName the configured type; may be empty in a broken configuration
   * @param listener hears of changes
   */
  public HostedEndpoint(
      String name,
      String typeName,
      ControlThread control,
      PluginCalls calls,
      HostedEndpointListener listener) {
    this.name = Objects.requireNonNull(name, "name");
    this.typeName = Objects.requireNonNull(typeName, "typeName");
    this.listener = Objects.requireNonNull(listener, "listener");
    this.traffic = new TrafficSwitch(name, control, calls, settings);
    this.statuses =
        new StatusAggregator(
            name, calls.callbacks(), traffic::counted, this::changed, control::isCurrent);
    this.slot =
        new GenerationSlot(
            name, control, new PluginLifecycle(name, calls), traffic, statuses, new Decisions());
    this.requests = new OperatorRequests(control, calls::callback);
    this.handle = new EndpointHandle(this, traffic, statuses);
  }

  /**
   * Carries out a plan. An equal plan changes nothing; one that cannot be carried out leaves the
   * last good generation at work, {@code DEGRADED}.
   */
  public void apply(EndpointPlan asked) {
    if (closed) {
      return;
    }
    EndpointPlan former = plan;
    plan = leaving.removeFrom(asked);
    statuses.show(statuses.runtimeStatus().withWarnings(plan.warnings()));
    if (plan.asksSameAs(former)) {
      retryFailed(former.revision() != plan.revision());
      return;
    }
    acceptSettings();
    rejected.keySet().removeIf(blueprint -> !BlueprintSelection.mentions(name, plan, blueprint));
    slot.abandonUnwanted();
    idle();
  }

  /**
   * Leaves a factory for good: the generation it made is drained and closed, and its candidates are
   * forgotten. Open streams and publishers wait for the next generation.
   *
   * @param mayReturn whether its bundle may be back soon in another version; at an update this is
   *     not known yet
   * @param turn completes, on the control thread, when the generation is to be drained; until then
   *     it goes on
   * @return completes on the control thread, at most the drain time and a few seconds after its
   *     turn has come
   */
  public CompletionStage<Void> factoryLeaving(
      EndpointFactory factory, boolean mayReturn, CompletionStage<Void> turn) {
    bundleMayReturn = mayReturn;
    CompletionStage<Void> gone = leaving.add(factory);
    if (plan != null) {
      plan = plan.without(factory);
    }
    rejected.keySet().removeIf(blueprint -> blueprint.isOf(factory));
    if (lastGood != null && lastGood.isOf(factory)) {
      lastGood = null;
    }
    slot.abandonBeside(factory);
    slot.abandonUnwanted();
    idle();
    turn.thenRun(
        () -> {
          leaving.due(factory);
          idle();
        });
    return gone;
  }

  /**
   * The configuration is gone: drains, completes open streams and releases everything. Idempotent.
   *
   * @return completes on the control thread, at most the drain time and a few seconds later
   */
  public CompletionStage<Void> close() {
    closed = true;
    return end(settings.get().drain());
  }

  /** Whether a generation that a factory made works here, or is being made. */
  public boolean uses(EndpointFactory factory) {
    return slot.uses(factory);
  }

  /** The configured name. */
  public String name() {
    return name;
  }

  /** The configured type; empty in a broken configuration. */
  public String typeName() {
    return typeName;
  }

  /** The object that hosts use; the same at each call. */
  public EndpointHandle handle() {
    return handle;
  }

  /** The runtime's view and the plugin's own status, joined. */
  public EndpointStatus status() {
    return statuses.status();
  }

  /** The version of the bundle that serves it now; empty while none does. */
  public Optional<String> version() {
    return statuses.runtimeStatus().version();
  }

  /** The modes of the last generation that worked; empty before the first. */
  public Set<Mode> modes() {
    return statuses.runtimeStatus().modes();
  }

  /** See {@link EndpointHandle#start()}. */
  CompletionStage<Void> start() {
    return requests.send(
        () -> {
          if (closed) {
            return CompletableFuture.failedStage(error(ErrorCode.ENDPOINT_STOPPED, "is deleted"));
          }
          if (stopped) {
            stopped = false;
            ended = false;
            traffic.reopen();
          }
          rejected.clear();
          CompletableFuture<Void> started = new CompletableFuture<>();
          startWaiters.add(started);
          idle();
          return started;
        });
  }

  /** See {@link EndpointHandle#stop}. */
  CompletionStage<Void> stop(Duration drain) {
    return requests.send(
        () -> {
          stopped = true;
          return end(drain);
        });
  }

  private CompletionStage<Void> end(Duration drain) {
    if (stopWaiters.isEmpty()) {
      stopDrain = drain;
    }
    CompletableFuture<Void> done = new CompletableFuture<>();
    stopWaiters.add(done);
    traffic.beginClosing();
    slot.abandonUnwanted();
    idle();
    return done;
  }

  private void idle() {
    if (slot.isIdle()) {
      next();
    }
    leaving.release(slot::uses);
  }

  private void next() {
    if (closed || stopped) {
      endOrSettle();
    } else if (leaving.has(slot.blueprint())) {
      if (leaving.isDue(slot.blueprint())) {
        slot.end(settings.get().drain(), bundleMayReturn, "its bundle leaves");
      }
    } else if (plan != null) {
      carryOut(select());
    }
  }

  private void endOrSettle() {
    if (slot.blueprint() != null) {
      slot.end(stopDrain, false, closed ? "its configuration was deleted" : "on request");
      return;
    }
    if (!ended) {
      ended = true;
      traffic.close();
    }
    if (closed) {
      plan = null;
      lastGood = null;
      rejected.clear();
    }
    statuses.show(
        statuses
            .runtimeStatus()
            .withState(EndpointState.STOPPED, closed ? "deleted" : "on request", List.of()));
    completeAll(stopWaiters, null);
    completeAll(startWaiters, error(ErrorCode.ENDPOINT_STOPPED, "was stopped again"));
  }

  private void carryOut(BlueprintSelection selection) {
    if (selection.isNew(slot.blueprint())) {
      if (slot.blueprint() == null) {
        traffic.rejectNew(null);
      }
      slot.make(selection.blueprint(), settings);
    } else if (selection.blueprint() == null && slot.blueprint() != null) {
      slot.end(settings.get().drain(), false, selection.reason());
    } else {
      settle(selection);
    }
  }

  /** What is wanted is at work, or nothing can be. */
  private void settle(BlueprintSelection selection) {
    statuses.show(
        statuses
            .runtimeStatus()
            .withState(selection.state(), selection.reason(), selection.violations()));
    boolean hopeless =
        selection.blueprint() == null && selection.state() != EndpointState.UNSATISFIED;
    EndpointException error =
        hopeless
            ? error(ErrorCode.UNAVAILABLE, "is " + selection.state() + ": " + selection.reason())
            : null;
    traffic.rejectNew(error);
    completeAll(startWaiters, error);
    completeAll(stopWaiters, null);
  }

  /** The configuration was touched, or nothing has happened to it. */
  private void retryFailed(boolean touched) {
    if (!touched || !slot.isIdle() || stopped) {
      return;
    }
    if (slot.generation() == null) {
      rejected.clear();
      idle();
    } else if (slot.generation().lastStatus().state() == EndpointState.FAILED) {
      slot.end(Duration.ZERO, true, "tried again");
    }
  }

  /** The plan's settings count once its configuration serves, or while nothing does. */
  private void acceptSettings() {
    boolean serving = isAsConfigured(slot.blueprint());
    if (serving || slot.blueprint() == null && plan.violations().isEmpty()) {
      settings.set(plan.settings());
    }
    if (serving) {
      lastGoodSettings = plan.settings();
    }
  }

  /** Whether the plan's configuration is that of a blueprint. */
  private boolean isAsConfigured(Blueprint blueprint) {
    return blueprint != null
        && plan.violations().isEmpty()
        && plan.configuration(name).equals(blueprint.configuration());
  }

  private BlueprintSelection select() {
    return BlueprintSelection.select(name, plan, slot.blueprint(), lastGood, rejected);
  }

  /** A bad configuration needs no stack trace. */
  private void logRejection(Blueprint blueprint, DetachedException reason) {
    if (reason.violations().isEmpty()) {
      LOG.warn("Endpoint '{}': {} cannot serve", name, blueprint, reason);
    } else {
      LOG.warn("Endpoint '{}': {} rejects the {}", name, blueprint, reason.getMessage());
    }
  }

  private void changed() {
    try {
      listener.changed(this);
    } catch (RuntimeException e) {
      LOG.error("Endpoint '{}': the runtime failed to handle a status change", name, e);
    }
  }

  private DetachedException error(ErrorCode code, String what) {
    return new DetachedException(code, "endpoint '" + name + "' " + what, false);
  }

  private static void completeAll(List<CompletableFuture<Void>> waiters, EndpointException error) {
    List<CompletableFuture<Void>> due = List.copyOf(waiters);
    waiters.clear();
    for (CompletableFuture<Void> waiter : due) {
      if (error == null) {
        waiter.complete(null);
      } else {
        waiter.completeExceptionally(error);
      }
    }
  }

  /** What the slot asks and tells. */
  private final class Decisions implements GenerationSlot.Owner {

    @Override
    public boolean wants(Blueprint blueprint) {
      return !closed && !stopped && plan != null && blueprint.equals(select().blueprint());
    }

    @Override
    public void rejected(Blueprint blueprint, DetachedException reason) {
      rejected.put(blueprint, reason);
      logRejection(blueprint, reason);
      statuses.show(statuses.runtimeStatus().withError(EndpointError.of(reason, Instant.now())));
    }

    @Override
    public void serves(Blueprint blueprint) {
      acceptSettings();
      if (blueprint.equals(lastGood) && !isAsConfigured(blueprint)) {
        settings.set(lastGoodSettings);
      }
      lastGood = blueprint;
      RuntimeStatus serving =
          statuses
              .runtimeStatus()
              .withGeneration(slot.generation(), blueprint.candidate().version());
      BlueprintSelection selection = select();
      statuses.show(
          blueprint.equals(selection.blueprint())
              ? serving.withState(selection.state(), selection.reason(), selection.violations())
              : serving.withState(EndpointState.UP, "", List.of()));
    }

    @Override
    public void idle() {
      HostedEndpoint.this.idle();
    }
  }
}
