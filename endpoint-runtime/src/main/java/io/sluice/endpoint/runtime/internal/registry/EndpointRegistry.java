/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.runtime.internal.registry;

import io.sluice.endpoint.EndpointFactory;
import io.sluice.endpoint.EndpointType;
import io.sluice.endpoint.MessageEndpoint;
import io.sluice.endpoint.runtime.ManagedEndpoint;
import io.sluice.endpoint.runtime.internal.configuration.EndpointDefinition;
import io.sluice.endpoint.runtime.internal.configuration.GroupDefinition;
import io.sluice.endpoint.runtime.internal.control.ControlThread;
import io.sluice.endpoint.runtime.internal.control.PluginCalls;
import io.sluice.endpoint.runtime.internal.endpoint.HostedEndpoint;
import io.sluice.endpoint.runtime.internal.factory.FactoryCatalog;
import io.sluice.endpoint.runtime.internal.factory.FactoryReceiver;
import io.sluice.endpoint.runtime.internal.factory.ServedType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.osgi.framework.BundleContext;

/**
 * Decides which endpoints a change concerns: an edited configuration itself, an edited group its
 * members, a factory the configurations of its type. Those are planned anew, and a live endpoint
 * ignores a plan that asks for nothing new. Control thread, but for what hosts read.
 */
public final class EndpointRegistry implements FactoryReceiver {

  private final FactoryCatalog catalog = new FactoryCatalog();
  private final Groups groups = new Groups();
  private final Map<String, EndpointEntry> entries = new TreeMap<>();
  private final EndpointHosting hosting;
  private final ManagedEndpointViews views;
  private final RuntimeListeners listeners;
  private final Supplier<Map<String, Set<String>>> pipes;
  private boolean closed;
  private volatile List<EndpointType> types = List.of();

  /**
   * An empty registry.
   *
   * @param context registers the handles as services
   * @param framework runs what calls the framework, one task after the other
   * @param changes hears the names of endpoints that came, went or changed
   * @param pipes the sources of pipes by their targets, both by name
   */
  public EndpointRegistry(
      BundleContext context,
      Executor framework,
      ControlThread control,
      PluginCalls calls,
      RuntimeListeners listeners,
      Consumer<String> changes,
      Supplier<Map<String, Set<String>>> pipes) {
    this.listeners = listeners;
    this.pipes = pipes;
    this.views = new ManagedEndpointViews(listeners);
    this.hosting =
        new EndpointHosting(
            control,
            calls,
            new EndpointPlanner(catalog, groups),
            new HandleServices(context, framework),
            views,
            changes);
  }

  /** An endpoint's configuration is new, was edited or was touched. */
  public void configured(EndpointDefinition definition) {
    if (closed) {
      return;
    }
    EndpointEntry entry = entries.computeIfAbsent(definition.pid(), EndpointEntry::new);
    entry.define(definition);
    hosting.update(entry);
  }

  /** A group's configuration is new or was edited. */
  public void configured(GroupDefinition group) {
    settleMembers(groups.put(group));
  }

  /** A group's configuration could not be read: its members go on, and show it. */
  public void unreadableGroup(String pid, String problem) {
    settleMembers(groups.unreadable(pid, problem));
  }

  /** The configuration of an endpoint or group is gone, if it was one. */
  public void removed(String pid) {
    EndpointEntry entry = entries.remove(pid);
    if (entry != null) {
      hosting.remove(entry);
    }
    settleMembers(groups.remove(pid));
  }

  @Override
  public void factoryArrived(ServedType served) {
    if (closed) {
      return;
    }
    catalog.add(served);
    typesChanged(catalog.types());
    settle(entry -> isOfType(entry, served));
  }

  @Override
  public CompletionStage<Void> factoryLeft(ServedType served, boolean mayReturn) {
    catalog.remove(served);
    typesChanged(catalog.types());
    EndpointFactory factory = served.candidate().factory();
    Map<Boolean, List<HostedEndpoint>> hosted =
        entries.values().stream()
            .flatMap(entry -> entry.hosted().stream())
            .collect(Collectors.partitioningBy(each -> each.uses(factory)));
    // Those that are being closed may be of this factory, too.
    List<CompletionStage<Void>> endings = new ArrayList<>(hosting.closing());
    CompletionStage<Void> turn = CompletableFuture.completedStage(null);
    endings.add(leave(hosted.get(false), factory, mayReturn, turn));
    for (var next : DrainOrder.turns(hosted.get(true), HostedEndpoint::name, pipes.get())) {
      turn = leave(next, factory, mayReturn, turn);
      endings.add(turn);
    }
    settle(entry -> isOfType(entry, served));
    return all(endings);
  }

  private static CompletionStage<Void> leave(
      List<HostedEndpoint> endpoints,
      EndpointFactory factory,
      boolean mayReturn,
      CompletionStage<Void> turn) {
    return all(
        endpoints.stream().map(each -> each.factoryLeaving(factory, mayReturn, turn)).toList());
  }

  /** Takes an endpoint out of work, or lets it work again. */
  public void drained(String name, boolean outOfWork) {
    entries.values().stream()
        .filter(entry -> entry.name().equals(name) && entry.hosted().isPresent())
        .toList()
        .forEach(
            entry -> {
              entry.drained(outOfWork);
              hosting.settle(entry);
            });
  }

  /** Closes all endpoints at once; completes when all are closed. */
  public CompletionStage<Void> close() {
    closed = true;
    typesChanged(List.of());
    List<EndpointEntry> all = new ArrayList<>(entries.values());
    entries.clear();
    all.forEach(hosting::remove);
    return all(hosting.closing());
  }

  /** The types that are served, one entry a version. Any thread. */
  public List<EndpointType> types() {
    return types;
  }

  /** All configured endpoints, ordered by name, then PID. Any thread. */
  public List<ManagedEndpoint> endpoints() {
    return views.all();
  }

  /** The endpoint that bears a name. Any thread. */
  public Optional<ManagedEndpoint> endpoint(String name) {
    return views.named(name);
  }

  /** The stable handle of the live endpoint that bears a name. */
  public Optional<MessageEndpoint> handle(String name) {
    return hosting.handle(name);
  }

  private void typesChanged(List<EndpointType> present) {
    if (!present.equals(types)) {
      types = present;
      listeners.typesChanged(present);
    }
  }

  private void settleMembers(Set<String> names) {
    settle(entry -> entry.definition().group().filter(names::contains).isPresent());
  }

  private void settle(Predicate<EndpointEntry> concerned) {
    entries.values().stream().filter(concerned).toList().forEach(hosting::settle);
  }

  private static boolean isOfType(EndpointEntry entry, ServedType served) {
    return entry.definition().type().equals(served.type().name());
  }

  private static CompletionStage<Void> all(List<CompletionStage<Void>> stages) {
    return CompletableFuture.allOf(
        stages.stream()
            .map(CompletionStage::toCompletableFuture)
            .toArray(CompletableFuture[]::new));
  }
}
