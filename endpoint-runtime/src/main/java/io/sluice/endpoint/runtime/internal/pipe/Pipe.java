/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.runtime.internal.pipe;

import io.sluice.endpoint.ConsumeRequest;
import io.sluice.endpoint.Delivery;
import io.sluice.endpoint.EndpointState;
import io.sluice.endpoint.EndpointStatus;
import io.sluice.endpoint.MessageEndpoint;
import io.sluice.endpoint.PublishRequest;
import io.sluice.endpoint.runtime.ManagedPipe;
import io.sluice.endpoint.runtime.internal.configuration.PipeDefinition;
import io.sluice.endpoint.runtime.internal.control.ControlThread;
import io.sluice.endpoint.support.lifecycle.Backoff;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A configured pipe. It runs one {@link PipeStream} after the other: a new one when an endpoint
 * came, and after a pause when one has failed. Updates of the endpoints go unnoticed here, since
 * their handles and streams survive them.
 *
 * <p>Owned by the control thread; the status is read, and the stream's signals come, on any.
 */
final class Pipe implements ManagedPipe, PipeStream.Listener {

  private static final Logger LOG = LoggerFactory.getLogger(Pipe.class);

  private static final Set<EndpointState> WORKING =
      EnumSet.of(EndpointState.UP, EndpointState.DEGRADED);

  /** What a source may take to cancel a subscription, before the pipe ends without it. */
  private static final Duration CANCEL_TIMEOUT = Duration.ofSeconds(1);

  private final PipeDefinition definition;
  private final ControlThread control;
  private final Function<String, Optional<MessageEndpoint>> endpoints;
  private final PassedAttributes attributes;
  private final PipeState state;
  private final TargetPause pause;
  private final PipeSettlement settlement;

  /** Calls endpoints, which may block. */
  private final Executor pluginThreads;

  private final Backoff backoff =
      new Backoff(Duration.ofMillis(500), Duration.ofSeconds(30), 0.2, -1);
  private final CompletableFuture<Void> closed = new CompletableFuture<>();

  private Instant completedSince;
  private Future<?> timer;
  private boolean begun;
  private boolean closing;
  private boolean draining;

  private volatile Optional<MessageEndpoint> source = Optional.empty();
  private volatile Optional<MessageEndpoint> target = Optional.empty();
  private volatile PipeStream stream;

  /** Why the present configuration could not be read, so that this one still serves. */
  private volatile Optional<String> problem = Optional.empty();

  Pipe(
      PipeDefinition definition,
      ControlThread control,
      Executor pluginThreads,
      Function<String, Optional<MessageEndpoint>> endpoints) {
    this.definition = definition;
    this.control = control;
    this.pluginThreads = pluginThreads;
    this.endpoints = endpoints;
    attributes = new PassedAttributes(definition.attributes());
    state = new PipeState(definition.violations(), definition.warnings());
    pause = new TargetPause(control, pluginThreads, this::resume);
    settlement = new PipeSettlement(definition, state, pause);
  }

  /** Begins to work once the pipe before it has ended. */
  void beginAfter(CompletionStage<Void> predecessor) {
    predecessor.whenComplete((nothing, error) -> post(this::begin));
  }

  /** Ends: what is under way gets the drain time. Completes, bounded, when it has ended. */
  CompletionStage<Void> close() {
    if (!closing) {
      closing = true;
      cancelTimer();
      if (stream != null) {
        drain();
      } else if (begun) {
        end();
      }
    }
    return closed;
  }

  /** An endpoint came, went or changed. */
  void endpointChanged(String endpoint) {
    if (endpoint.equals(from()) || endpoint.equals(to())) {
      update();
    }
  }

  PipeDefinition definition() {
    return definition;
  }

  private void begin() {
    begun = true;
    if (closing) {
      end();
    } else if (!definition.violations().isEmpty()) {
      LOG.warn(
          "Pipe {} cannot start; correct its configuration: {}", pid(), definition.violations());
      state.enter(EndpointState.INVALID, "the configuration has violations");
    } else {
      update();
    }
  }

  private void update() {
    if (!begun || closing || draining || state.state() == EndpointState.INVALID) {
      return;
    }
    Optional<MessageEndpoint> presentSource = endpoints.apply(from());
    Optional<MessageEndpoint> presentTarget = endpoints.apply(to());
    boolean others = !presentSource.equals(source) || !presentTarget.equals(target);
    source = presentSource;
    target = presentTarget;
    if (stream != null) {
      if (others) {
        drain();
      } else if (sourceDrains()) {
        pluginThreads.execute(pause::end); // what is held would keep the source from its end
      }
    } else if (source.isEmpty() || target.isEmpty()) {
      cancelTimer();
      state.enter(EndpointState.UNSATISFIED, missing());
    } else if (others || !isWaiting()) {
      cancelTimer();
      open(source.get(), target.get());
    }
  }

  /** For the pause after a failure, or for a source that has completed to come up once more. */
  private boolean isWaiting() {
    return timer != null
        || state.state() == EndpointState.STOPPED && !sourceCameUpSince(completedSince);
  }

  private boolean sourceDrains() {
    return pause.isActive() && source.orElseThrow().status().state() == EndpointState.DRAINING;
  }

  private boolean sourceCameUpSince(Instant completed) {
    EndpointStatus status = source.orElseThrow().status();
    return status.state() == EndpointState.UP && status.since().isAfter(completed);
  }

  private String missing() {
    String absent = source.isEmpty() ? from() : to();
    return "no endpoint is named '" + absent + "'";
  }

  private void open(MessageEndpoint from, MessageEndpoint to) {
    state.enter(EndpointState.STARTING, "");
    settlement.begin();
    PublishRequest publish =
        PublishRequest.builder().clientId(definition.clientId()).qos(definition.qos()).build();
    ConsumeRequest consume =
        ConsumeRequest.builder().clientId(definition.clientId()).qos(definition.qos()).build();
    PipeStream opening =
        new PipeStream(
            to.publisher(publish), definition.qos(), attributes, settlement, pause, this);
    stream = opening;
    Flow.Publisher<Delivery> deliveries = from.consume(consume);
    pluginThreads.execute(() -> opening.open(deliveries));
  }

  private void resume() {
    PipeStream present = stream;
    if (present != null) {
      present.resume();
    }
  }

  private void drain() {
    draining = true;
    state.enter(EndpointState.DRAINING, "");
    PipeStream leaving = stream;
    timer = control.schedule(() -> finish(leaving), definition.drain());
    pluginThreads.execute(
        () -> {
          leaving.stop();
          pause.end();
        });
  }

  private void finish(PipeStream leaving) {
    pluginThreads.execute(leaving::finish);
    timer = control.schedule(() -> pluginThreads.execute(leaving::finish), CANCEL_TIMEOUT);
  }

  private void ended(Optional<Throwable> error) {
    boolean drained = draining;
    cancelTimer();
    pluginThreads.execute(pause::end);
    stream = null;
    draining = false;
    if (closing) {
      end();
    } else if (error.isPresent()) {
      openLater(error.get());
    } else if (drained) {
      update();
    } else {
      completedSince = Instant.now();
      state.enter(EndpointState.STOPPED, "'" + from() + "' has no more messages");
    }
  }

  private void openLater(Throwable cause) {
    if (settlement.isConfirming()) {
      backoff.reset();
    }
    if (backoff.attempts() == 0) {
      LOG.warn("Pipe '{}' failed and will open again: {}", name(), cause.toString());
    }
    state.error(cause);
    state.enter(EndpointState.DOWN, String.valueOf(cause.getMessage()));
    Duration delay = backoff.next().orElseThrow();
    timer = control.schedule(this::restart, delay);
  }

  private void restart() {
    timer = null;
    settlement.restarted();
    update();
  }

  private void end() {
    state.enter(EndpointState.STOPPED, "");
    closed.complete(null);
  }

  private void cancelTimer() {
    if (timer != null) {
      timer.cancel(false);
      timer = null;
    }
  }

  @Override
  public void opened(PipeStream opened) {
    post(
        () -> {
          if (stream == opened && !draining) {
            state.enter(EndpointState.UP, "");
          }
        });
  }

  @Override
  public void ended(PipeStream ended, Optional<Throwable> error) {
    post(
        () -> {
          if (stream == ended) {
            ended(error);
          }
        });
  }

  private void post(Runnable task) {
    try {
      control.execute(task);
    } catch (RejectedExecutionException e) {
      LOG.debug("A signal of pipe '{}' came after the runtime had stopped", name(), e);
    }
  }

  /** Shows why a newer configuration could not be read; empty when it can be again. */
  void problem(Optional<String> why) {
    problem = why;
  }

  @Override
  public String name() {
    return definition.name();
  }

  @Override
  public String pid() {
    return definition.pid();
  }

  @Override
  public String from() {
    return definition.from();
  }

  @Override
  public String to() {
    return definition.to();
  }

  @Override
  public EndpointStatus status() {
    PipeStream present = stream;
    long underWay = present == null ? 0 : present.underWay();
    EndpointStatus status = state.status(settlement.counters(underWay));
    return status.state() == EndpointState.UP ? withFaults(status) : status;
  }

  /** A stream stays open while an endpoint is out of work; then the pipe carries nothing. */
  private EndpointStatus withFaults(EndpointStatus status) {
    Stream<String> outOfWork =
        Stream.of(source, target)
            .flatMap(Optional::stream)
            .map(endpoint -> Map.entry(endpoint.name(), endpoint.status()))
            .filter(entry -> !WORKING.contains(entry.getValue().state()))
            .map(entry -> "'" + entry.getKey() + "' is " + entry.getValue());
    Stream<String> trouble =
        settlement.trouble().map(why -> "'" + to() + "' takes no messages: " + why).stream();
    Stream<String> unreadable =
        problem.map(why -> why + "; the last good configuration serves").stream();
    String faults =
        Stream.of(outOfWork, trouble, unreadable)
            .flatMap(Function.identity())
            .distinct()
            .collect(Collectors.joining("; "));
    return faults.isEmpty()
        ? status
        : EndpointStatus.builder(EndpointState.DEGRADED, status.since())
            .reason(faults)
            .warnings(status.warnings())
            .lastError(status.lastError().orElse(null))
            .counters(status.counters())
            .build();
  }
}
