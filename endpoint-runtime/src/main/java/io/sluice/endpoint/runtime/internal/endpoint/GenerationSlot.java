/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.runtime.internal.endpoint;

import io.sluice.endpoint.EndpointFactory;
import io.sluice.endpoint.EndpointState;
import io.sluice.endpoint.ErrorCode;
import io.sluice.endpoint.runtime.internal.control.ControlThread;
import io.sluice.endpoint.runtime.internal.control.DetachedException;
import io.sluice.endpoint.runtime.internal.generation.Generation;
import io.sluice.endpoint.runtime.internal.generation.SettingsInForce;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where one generation works while the next is made: the new one is created and prepared first,
 * then the former is drained and separated from the hosts, then the new one is started. One step at
 * a time; the owner is asked when a step has ended.
 *
 * <p>Owned by the control thread.
 */
final class GenerationSlot {

  /** Decides what becomes of the slot. */
  interface Owner {

    /** Whether a blueprint is still what should serve. */
    boolean wants(Blueprint blueprint);

    /** A blueprint could not be created or started. */
    void rejected(Blueprint blueprint, DetachedException reason);

    /** A generation has started and gets the traffic next. */
    void serves(Blueprint blueprint);

    /** No step is under way; the owner may begin another. */
    void idle();
  }

  private enum Step {
    NONE,
    CREATING,
    PREPARING,
    STARTING,
    ENDING
  }

  /** A generation, what it was made from, and who hears of its status. */
  private record Occupant(Blueprint blueprint, Generation generation, PluginStatusListener status) {

    void release() {
      status.close();
      generation.release();
    }
  }

  private static final Logger LOG = LoggerFactory.getLogger(GenerationSlot.class);

  private final String name;
  private final ControlThread control;
  private final PluginLifecycle lifecycle;
  private final TrafficSwitch traffic;
  private final StatusAggregator statuses;
  private final Owner owner;

  private Step step = Step.NONE;

  /** The call of the present step, to be cancelled when it is not wanted any more. */
  private CompletableFuture<?> underWay;

  /** What is being made; null for nothing. */
  private Blueprint attempt;

  /** Created, perhaps prepared, and not at work yet; null for nothing. */
  private Occupant next;

  /** At work, or draining; null for nothing. */
  private Occupant current;

  /** When the making of the attempt began, by {@link System#nanoTime()}. */
  private long made;

  /** Of the former generation's end, until the next has started; null for none. */
  private SwapTimes swap;

  GenerationSlot(
      String name,
      ControlThread control,
      PluginLifecycle lifecycle,
      TrafficSwitch traffic,
      StatusAggregator statuses,
      Owner owner) {
    this.name = name;
    this.control = control;
    this.lifecycle = lifecycle;
    this.traffic = traffic;
    this.statuses = statuses;
    this.owner = owner;
  }

  /** Whether no step is under way. */
  boolean isIdle() {
    return step == Step.NONE;
  }

  /** What the generation at work was made from; null for none. */
  Blueprint blueprint() {
    return current == null ? null : current.blueprint;
  }

  /** The generation at work; null for none. */
  Generation generation() {
    return current == null ? null : current.generation;
  }

  /** Whether anything here belongs to a factory. */
  boolean uses(EndpointFactory factory) {
    return attempt != null && attempt.isOf(factory)
        || current != null && current.blueprint.isOf(factory);
  }

  /** Makes a generation, and puts it in the place of the present one. */
  void make(Blueprint blueprint, SettingsInForce settings) {
    step = Step.CREATING;
    attempt = blueprint;
    made = System.nanoTime();
    if (current == null) {
      showStarting();
    }
    CompletableFuture<Generation> creating = lifecycle.create(blueprint, settings);
    underWay = creating;
    creating.whenComplete((generation, error) -> created(blueprint, generation, error));
  }

  private boolean isMaking() {
    return step == Step.CREATING || step == Step.PREPARING || step == Step.STARTING;
  }

  /** Gives up what is being made, if the owner does not want it any more. */
  void abandonUnwanted() {
    if (isMaking() && !owner.wants(attempt)) {
      underWay.cancel(false);
    }
  }

  /**
   * Gives up what is being created beside the generation of a factory, which must be drained now.
   */
  void abandonBeside(EndpointFactory factory) {
    boolean beside = step == Step.CREATING || step == Step.PREPARING;
    if (beside && current != null && current.blueprint.isOf(factory)) {
      underWay.cancel(false);
    }
  }

  /**
   * Drains the generation at work and separates it from the hosts.
   *
   * @param successor whether one of the same configuration is expected to follow
   */
  void end(Duration drain, boolean successor, String reason) {
    step = Step.ENDING;
    Occupant occupant = current;
    LOG.info("Endpoint '{}' drains {}: {}", name, occupant.blueprint, reason);
    long preparation = next == null ? 0 : System.nanoTime() - made;
    SwapTimes times = new SwapTimes(occupant.blueprint.candidate().version(), preparation);
    swap = times;
    statuses.show(statuses.runtimeStatus().withState(EndpointState.DRAINING, reason, List.of()));
    List<Runnable> before = new ArrayList<>();
    step("drain", () -> before.addAll(traffic.beginDraining(occupant.generation)));
    lifecycle
        .stop(occupant.generation, drain, successor, before)
        .thenCompose(
            done -> {
              times.drained();
              step("detach", traffic::detach);
              return lifecycle.close(occupant.generation, occupant.status);
            })
        .thenRun(() -> ended(occupant));
  }

  /** A part of a swap that fails must not keep the rest from being done. */
  private void step(String what, Runnable work) {
    try {
      work.run();
    } catch (RuntimeException | Error e) {
      LOG.error(
          "Endpoint '{}': the runtime failed to {} what is under way; it goes on with the swap",
          name,
          what,
          e);
    }
  }

  private void created(Blueprint blueprint, Generation generation, Throwable error) {
    step = Step.NONE;
    if (error != null) {
      attempt = null;
      reject(blueprint, error);
      owner.idle();
      return;
    }
    next =
        new Occupant(
            blueprint, generation, new PluginStatusListener(generation, this::pluginChanged));
    if (current != null) {
      prepare(next);
    } else {
      start();
    }
  }

  /** Has the next generation do all that it can do while the present one serves. */
  private void prepare(Occupant occupant) {
    step = Step.PREPARING;
    CompletableFuture<Void> preparing = lifecycle.prepare(occupant.generation);
    underWay = preparing;
    preparing.whenComplete((done, error) -> prepared(occupant, error));
  }

  private void prepared(Occupant occupant, Throwable error) {
    boolean late =
        error instanceof DetachedException known && known.code().equals(ErrorCode.TIMEOUT);
    if (error != null && !late) {
      reject(occupant.blueprint, error);
      discardNext();
    } else {
      Blueprint blueprint = occupant.blueprint;
      end(
          current.generation.settings().drain(),
          blueprint.configuration().equals(current.blueprint.configuration()),
          "replaced by " + blueprint);
    }
  }

  private void start() {
    step = Step.STARTING;
    Occupant occupant = next;
    showStarting();
    CompletableFuture<Void> starting = lifecycle.start(occupant.generation, occupant.status);
    underWay = starting;
    starting.whenComplete((done, error) -> started(occupant, error));
  }

  private void started(Occupant occupant, Throwable error) {
    if (error != null) {
      reject(occupant.blueprint, error);
      discardNext();
      return;
    }
    step = Step.NONE;
    next = null;
    attempt = null;
    current = occupant;
    LOG.info("Endpoint '{}' is served by {}", name, occupant.blueprint);
    logSwap(occupant.blueprint);
    owner.serves(occupant.blueprint);
    step("attach", () -> traffic.attach(occupant.generation));
    owner.idle();
  }

  /** Ends what was created and is not wanted, or did not start. */
  private void discardNext() {
    step = Step.ENDING;
    Occupant occupant = next;
    next = null;
    lifecycle
        .stop(occupant.generation, Duration.ZERO, false, List.of())
        .thenCompose(done -> lifecycle.close(occupant.generation, occupant.status))
        .thenRun(
            () -> {
              occupant.release();
              attempt = null;
              step = Step.NONE;
              owner.idle();
            });
  }

  private void ended(Occupant occupant) {
    occupant.release();
    swap.closed();
    current = null;
    step = Step.NONE;
    statuses.show(
        statuses.runtimeStatus().withoutGeneration(occupant.generation.lastStatus().counters()));
    if (next == null) {
      owner.idle();
    } else if (owner.wants(next.blueprint)) {
      start();
    } else {
      discardNext();
    }
  }

  private void logSwap(Blueprint blueprint) {
    if (swap != null) {
      LOG.info(
          "Endpoint '{}' went over {}", name, swap.describe(blueprint.candidate().version(), made));
      swap = null;
    }
  }

  private void reject(Blueprint blueprint, Throwable error) {
    if (!(error instanceof CancellationException)) { // abandoned, not rejected
      owner.rejected(blueprint, DetachedException.of(error));
    }
  }

  private void showStarting() {
    statuses.show(statuses.runtimeStatus().withState(EndpointState.STARTING, "", List.of()));
  }

  private void pluginChanged() {
    try {
      control.execute(statuses::refresh);
    } catch (RejectedExecutionException e) {
      LOG.debug("Endpoint '{}': the runtime has stopped", name, e);
    }
  }
}
