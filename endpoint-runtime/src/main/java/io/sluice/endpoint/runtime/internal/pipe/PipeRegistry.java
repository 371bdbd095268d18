/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.runtime.internal.pipe;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toSet;

import io.sluice.endpoint.MessageEndpoint;
import io.sluice.endpoint.runtime.ManagedPipe;
import io.sluice.endpoint.runtime.internal.configuration.PipeDefinition;
import io.sluice.endpoint.runtime.internal.control.ControlThread;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.Supplier;

/** The configured pipes. Control thread, but for {@link #pipes()}. */
public final class PipeRegistry {

  private static final Comparator<ManagedPipe> BY_NAME =
      Comparator.comparing(ManagedPipe::name).thenComparing(ManagedPipe::pid);

  private final ControlThread control;
  private final Supplier<Executor> callers;
  private final Function<String, Optional<MessageEndpoint>> endpoints;
  private final Map<String, Pipe> byPid = new ConcurrentHashMap<>();
  private final Set<CompletableFuture<Void>> closing = new HashSet<>();

  /**
   * Without pipes.
   *
   * @param callers what calls endpoints, which may block; one for each pipe
   * @param endpoints finds the endpoints that pipes join
   */
  public PipeRegistry(
      ControlThread control,
      Supplier<Executor> callers,
      Function<String, Optional<MessageEndpoint>> endpoints) {
    this.control = control;
    this.callers = callers;
    this.endpoints = endpoints;
  }

  /** A pipe is new or was edited; an equal definition changes nothing. */
  public void configured(PipeDefinition definition) {
    Pipe present = byPid.get(definition.pid());
    if (present != null && present.definition().equals(definition)) {
      present.problem(Optional.empty());
      return;
    }
    Pipe pipe = new Pipe(definition, control, callers.get(), endpoints);
    byPid.put(definition.pid(), pipe);
    pipe.beginAfter(present == null ? CompletableFuture.completedStage(null) : close(present));
  }

  /**
   * The host could not read a pipe's configuration: one that works goes on, and says so.
   *
   * @param broken what to show where there is none
   */
  public void unreadable(PipeDefinition broken, String problem) {
    Pipe present = byPid.get(broken.pid());
    if (present == null) {
      configured(broken);
    } else {
      present.problem(Optional.of(problem));
    }
  }

  /** The configuration of a pipe is gone, if it was one. */
  public void removed(String pid) {
    Pipe pipe = byPid.remove(pid);
    if (pipe != null) {
      close(pipe);
    }
  }

  /** An endpoint came, went or changed. */
  public void endpointChanged(String name) {
    byPid.values().forEach(pipe -> pipe.endpointChanged(name));
  }

  /** The endpoints that they take messages from, by the one that they take them to; names. */
  public Map<String, Set<String>> sourcesByTarget() {
    return byPid.values().stream()
        .map(Pipe::definition)
        .collect(groupingBy(PipeDefinition::to, mapping(PipeDefinition::from, toSet())));
  }

  /** Closes all at once; completes, bounded, when all have ended. */
  public CompletionStage<Void> close() {
    byPid.values().forEach(this::close);
    byPid.clear();
    return CompletableFuture.allOf(closing.toArray(new CompletableFuture<?>[0]));
  }

  /** Ordered by name, then PID. Any thread. */
  public List<ManagedPipe> pipes() {
    return byPid.values().stream().map(ManagedPipe.class::cast).sorted(BY_NAME).toList();
  }

  private CompletionStage<Void> close(Pipe pipe) {
    CompletableFuture<Void> closed = pipe.close().toCompletableFuture();
    closing.add(closed);
    closed.whenComplete((nothing, error) -> closing.remove(closed));
    return closed;
  }
}
