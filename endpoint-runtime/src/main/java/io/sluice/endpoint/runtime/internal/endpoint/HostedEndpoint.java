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
import io.sluice.endpoint.runtime.internal.generation.Generation;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One configured endpoint: makes, replaces and ends the generations behind a stable handle.
 *
 * <p>{@link #reconcile()} compares what is wanted with what is at work and takes the next step:
 * creating a generation, starting it, or draining the present one. Each step ends on the control
 * thread and reconciles again, so that whatever was asked for meanwhile is taken up. A step that
 * nobody wants any more is abandoned.
 *
 * <p>{@link #apply}, {@link #factoryLeaving} and {@link #close} are called on the control thread,
 * which owns all fields; the other public methods on any.
 */
public final class HostedEndpoint {

  private enum Step {
    NONE,
    CREATING,
    STARTING,
    /** The present generation, or one that failed to start. */
    ENDING
  }

  private static final Logger LOG = LoggerFactory.getLogger(HostedEndpoint.class);

  private final String name;
  private final String typeName;
  private final ControlThread control;
  private final Executor callbacks;
  private final HostedEndpointListener listener;
  private final PluginLife life;
  private final Traffic traffic;
  private final StatusBoard board;
  private final EndpointHandle handle;

  /** What could not be created or started. */
  private final Map<Blueprint, DetachedException> refused = new HashMap<>();

  /** Factories that somebody waits for to be let go of. */
  private final Map<EndpointFactory, CompletableFuture<Void>> leaving = new IdentityHashMap<>();

  private final List<CompletableFuture<Void>> startWaiters = new ArrayList<>();
  private final List<CompletableFuture<Void>> stopWaiters = new ArrayList<>();

  private EndpointPlan plan;
  private boolean closed;
  private boolean stopped;
  private Duration stopDrain;

  /** Whether traffic was ended after the last generation. */
  private boolean ended;

  private Step step = Step.NONE;

  /** The call of the present step, to be cancelled when nobody wants it any more. */
  private CompletableFuture<?> underWay;

  /** What is being made; null when nothing is. */
  private Blueprint attempt;

  /** Created and not at work yet; null for nothing. */
  private Work next;

  /** At work, or draining; null for nothing. */
  private Work current;

  private Blueprint lastGood;

  /** A generation, what it was made from, and who hears of its status. */
  private record Work(Blueprint blueprint, Generation generation, PluginStatus status) {}

  /**
   * An endpoint without a plan; it is {@code UNSATISFIED} until the first one is applied.
   *
   * @param name the endpoint's name, not blank
   * @param typeName the configured type; may be empty in a broken configuration
   */
  public HostedEndpoint(
      String name,
      String typeName,
      ControlThread control,
      PluginCalls calls,
      HostedEndpointListener listener) {
    this.name = Objects.requireNonNull(name, "name");
    this.typeName = Objects.requireNonNull(typeName, "typeName");
    this.control = control;
    this.listener = listener;
    this.life = new PluginLife(name, calls);
    this.traffic = new Traffic(name, control, calls);
    this.board = new StatusBoard(name, calls.callbacks(), traffic::counted);
    this.callbacks = calls::callback;
    this.handle = new EndpointHandle(this, traffic, board);
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
    plan = asked;
    leaving.keySet().forEach(factory -> plan = plan.without(factory));
    if (plan.asksSameAs(former)) {
      retryFailed(former.revision() != plan.revision());
      return;
    }
    traffic.configure(plan.settings());
    if (current != null) {
      current.generation.configure(plan.settings());
    }
    refused.keySet().removeIf(blueprint -> !Choice.mentions(name, plan, blueprint));
    abandonUnwanted();
    reconcile();
  }

  /**
   * Leaves a factory for good: the generation it made is drained and closed, and its candidates are
   * forgotten. Open streams and publishers wait for the next generation.
   *
   * @return completes on the control thread, at most the drain time and a few seconds later
   */
  public CompletionStage<Void> factoryLeaving(EndpointFactory factory) {
    CompletableFuture<Void> gone = leaving.computeIfAbsent(factory, f -> new CompletableFuture<>());
    if (plan != null) {
      plan = plan.without(factory);
    }
    refused.keySet().removeIf(blueprint -> blueprint.isOf(factory));
    if (lastGood != null && lastGood.isOf(factory)) {
      lastGood = null;
    }
    if (step == Step.CREATING && current != null && current.blueprint.isOf(factory)) {
      underWay.cancel(false); // draining cannot wait for it
    }
    abandonUnwanted();
    reconcile();
    return gone;
  }

  /**
   * The configuration is gone: drains, completes open streams and releases everything. Idempotent.
   *
   * @return completes on the control thread, at most the drain time and a few seconds later
   */
  public CompletionStage<Void> close() {
    closed = true;
    return end(plan == null ? Duration.ZERO : plan.settings().drain());
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
    return board.status();
  }

  /** The version of the bundle that serves it now; empty while none does. */
  public Optional<String> version() {
    return board.view().version();
  }

  /** The modes of the last generation that worked; empty before the first. */
  public Set<Mode> modes() {
    return board.view().modes();
  }

  /** See {@link EndpointHandle#start()}. */
  CompletionStage<Void> start() {
    return onControl(
        started -> {
          if (closed) {
            started.completeExceptionally(unavailable(ErrorCode.ENDPOINT_STOPPED, "is deleted"));
            return;
          }
          if (stopped) {
            stopped = false;
            ended = false;
            traffic.reopen();
          }
          refused.clear();
          startWaiters.add(started);
          reconcile();
        });
  }

  /** See {@link EndpointHandle#stop}. */
  CompletionStage<Void> stop(Duration drain) {
    return onControl(
        done -> {
          stopped = true;
          end(drain).thenRun(() -> done.complete(null));
        });
  }

  /** See {@link EndpointHandle#close()}. */
  void awaitStop(Duration limit) {
    CompletableFuture<Void> done = stop(Duration.ZERO).toCompletableFuture();
    if (control.isCurrent()) {
      return;
    }
    try {
      done.get(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      LOG.warn("Endpoint '{}' did not stop within {} ms", name, limit.toMillis(), e);
    }
  }

  private CompletableFuture<Void> end(Duration drain) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    if (stopWaiters.isEmpty()) {
      stopDrain = drain;
    }
    stopWaiters.add(done);
    traffic.beginClosing();
    abandonUnwanted();
    reconcile();
    return done;
  }

  private void reconcile() {
    releaseLeavers();
    if (step != Step.NONE) {
      return;
    }
    if (closed || stopped) {
      settleOrEnd();
    } else if (current != null && leaving.containsKey(current.blueprint.candidate().factory())) {
      endCurrent(plan.settings().drain(), "its bundle is leaving");
    } else if (plan != null) {
      follow(choose());
    }
  }

  private void settleOrEnd() {
    if (current != null) {
      endCurrent(stopDrain, closed ? "its configuration was deleted" : "on request");
      return;
    }
    if (!ended) {
      ended = true;
      traffic.close();
    }
    if (closed) {
      plan = null;
      lastGood = null;
      refused.clear();
    }
    show(board.view().in(EndpointState.STOPPED, closed ? "deleted" : "on request", List.of()));
    completeAll(stopWaiters, null);
    completeAll(startWaiters, unavailable(ErrorCode.ENDPOINT_STOPPED, "was stopped again"));
  }

  private void follow(Choice choice) {
    if (choice.isNew(blueprint(current))) {
      create(choice.blueprint());
    } else if (choice.blueprint() == null && current != null) {
      endCurrent(current.generation.settings().drain(), choice.reason());
    } else {
      rest(choice);
    }
  }

  /** What is wanted is at work, or nothing can be. */
  private void rest(Choice choice) {
    show(board.view().in(choice.state(), choice.reason(), choice.violations()));
    boolean hopeless = choice.blueprint() == null && choice.state() != EndpointState.UNSATISFIED;
    EndpointException error =
        hopeless
            ? unavailable(ErrorCode.UNAVAILABLE, "is " + choice.state() + ": " + choice.reason())
            : null;
    traffic.refuse(error);
    completeAll(startWaiters, error);
    completeAll(stopWaiters, null);
  }

  private void create(Blueprint blueprint) {
    step = Step.CREATING;
    attempt = blueprint;
    if (current == null) {
      show(board.view().in(EndpointState.STARTING, "", List.of()));
      traffic.refuse(null);
    }
    CompletableFuture<Generation> creating = life.create(blueprint, plan.settings());
    underWay = creating;
    creating.whenComplete((generation, error) -> created(blueprint, generation, error));
  }

  private void created(Blueprint blueprint, Generation generation, Throwable error) {
    step = Step.NONE;
    if (error != null) {
      attempt = null;
      refuse(blueprint, error);
      reconcile();
      return;
    }
    next = new Work(blueprint, generation, new PluginStatus(generation, this::pluginChanged));
    if (current != null) {
      endCurrent(current.generation.settings().drain(), "to be replaced by " + blueprint);
    } else {
      startNext();
    }
  }

  private void startNext() {
    step = Step.STARTING;
    Work work = next;
    show(board.view().in(EndpointState.STARTING, "", List.of()));
    CompletableFuture<Void> starting = life.start(work.generation, work.status);
    underWay = starting;
    starting.whenComplete((done, error) -> started(work, error));
  }

  private void started(Work work, Throwable error) {
    if (error != null) {
      refuse(work.blueprint, error);
      discardNext();
      return;
    }
    step = Step.NONE;
    next = null;
    attempt = null;
    current = work;
    lastGood = work.blueprint;
    LOG.info("Endpoint '{}' is served by {}", name, work.blueprint);
    Choice choice = choose();
    View serving =
        board.view().with(work.generation, work.blueprint.candidate().version().toString());
    show(
        work.blueprint.equals(choice.blueprint())
            ? serving.in(choice.state(), choice.reason(), choice.violations())
            : serving.in(EndpointState.UP, "", List.of()));
    traffic.attach(work.generation);
    reconcile();
  }

  /** Ends what was created and is not wanted, or did not start. */
  private void discardNext() {
    step = Step.ENDING;
    Work work = next;
    next = null;
    life.stop(work.generation, Duration.ZERO, List.of())
        .thenCompose(done -> life.close(work.generation, work.status))
        .thenRun(
            () -> {
              release(work);
              attempt = null;
              step = Step.NONE;
              reconcile();
            });
  }

  /** Drains the present generation and separates it from the hosts. */
  private void endCurrent(Duration drain, String reason) {
    step = Step.ENDING;
    Work work = current;
    LOG.info("Endpoint '{}': {} is drained, {}", name, work.blueprint, reason);
    show(board.view().in(EndpointState.DRAINING, reason, List.of()));
    List<Runnable> before = traffic.beginDraining(work.generation);
    life.stop(work.generation, drain, before)
        .thenCompose(
            done -> {
              traffic.cut();
              return life.close(work.generation, work.status);
            })
        .thenRun(
            () -> {
              release(work);
              current = null;
              step = Step.NONE;
              show(board.view().without(work.generation.lastStatus().counters()));
              proceed();
            });
  }

  private void proceed() {
    if (next == null) {
      reconcile();
    } else if (wants(attempt)) {
      startNext();
    } else {
      discardNext();
    }
  }

  private static void release(Work work) {
    work.status.end();
    work.generation.release();
  }

  private void abandonUnwanted() {
    if ((step == Step.CREATING || step == Step.STARTING) && !wants(attempt)) {
      underWay.cancel(false);
    }
  }

  private boolean wants(Blueprint blueprint) {
    return !closed && !stopped && plan != null && blueprint.equals(choose().blueprint());
  }

  private Choice choose() {
    return Choice.of(name, plan, blueprint(current), lastGood, refused);
  }

  private void refuse(Blueprint blueprint, Throwable error) {
    if (error instanceof CancellationException) {
      return; // abandoned
    }
    DetachedException reason = DetachedException.of(error);
    refused.put(blueprint, reason);
    LOG.warn("Endpoint '{}': {} cannot serve", name, blueprint, reason);
    EndpointError last = EndpointError.of(reason.code(), reason.getMessage(), Instant.now());
    show(board.view().after(last));
  }

  /** The configuration was touched, or nothing has happened to it. */
  private void retryFailed(boolean touched) {
    if (!touched || step != Step.NONE || stopped) {
      return;
    }
    if (current == null) {
      refused.clear();
      reconcile();
    } else if (current.generation.lastStatus().state() == EndpointState.FAILED) {
      endCurrent(Duration.ZERO, "to be tried again");
    }
  }

  private void releaseLeavers() {
    List<EndpointFactory> free =
        leaving.keySet().stream().filter(factory -> !isInUse(factory)).toList();
    free.stream().map(leaving::remove).toList().forEach(gone -> gone.complete(null));
  }

  private boolean isInUse(EndpointFactory factory) {
    return attempt != null && attempt.isOf(factory)
        || current != null && current.blueprint.isOf(factory);
  }

  private void pluginChanged() {
    try {
      control.execute(
          () -> {
            if (board.refresh()) {
              tellListener();
            }
          });
    } catch (RejectedExecutionException e) {
      LOG.debug("Endpoint '{}': the runtime has stopped", name, e);
    }
  }

  private void show(View view) {
    if (board.show(view)) {
      tellListener();
    }
  }

  private void tellListener() {
    try {
      listener.changed(this);
    } catch (RuntimeException e) {
      LOG.error("Endpoint '{}': a change was not taken up", name, e);
    }
  }

  /** Runs a request of a host, and completes its stage on a thread that may call hosts. */
  private CompletionStage<Void> onControl(Consumer<CompletableFuture<Void>> request) {
    CompletableFuture<Void> seen = new CompletableFuture<>();
    CompletableFuture<Void> outcome = new CompletableFuture<>();
    outcome.whenCompleteAsync(
        (done, error) -> {
          if (error == null) {
            seen.complete(null);
          } else {
            seen.completeExceptionally(error);
          }
        },
        callbacks);
    try {
      control.execute(() -> request.accept(outcome));
    } catch (RejectedExecutionException e) {
      seen.completeExceptionally(unavailable(ErrorCode.ENDPOINT_STOPPED, "is stopped"));
    }
    return seen;
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

  private DetachedException unavailable(ErrorCode code, String what) {
    return new DetachedException(code, "endpoint '" + name + "' " + what, false);
  }

  private static Blueprint blueprint(Work work) {
    return work == null ? null : work.blueprint;
  }
}
