/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.runtime.internal;

import io.sluice.endpoint.runtime.EndpointRuntime;
import io.sluice.endpoint.runtime.ManagedEndpoint;
import io.sluice.endpoint.runtime.internal.configuration.ConfigurationFeed;
import io.sluice.endpoint.runtime.internal.configuration.ConfigurationReceiver;
import io.sluice.endpoint.runtime.internal.configuration.EndpointDefinition;
import io.sluice.endpoint.runtime.internal.configuration.GroupDefinition;
import io.sluice.endpoint.runtime.internal.configuration.PipeDefinition;
import io.sluice.endpoint.runtime.internal.configuration.SettingsDefinition;
import io.sluice.endpoint.runtime.internal.configuration.StoredConfiguration;
import io.sluice.endpoint.runtime.internal.control.ControlThread;
import io.sluice.endpoint.runtime.internal.control.PluginCalls;
import io.sluice.endpoint.runtime.internal.factory.FactoryTracker;
import io.sluice.endpoint.runtime.internal.generation.RuntimeSettings;
import io.sluice.endpoint.runtime.internal.pipe.PipeRegistry;
import io.sluice.endpoint.runtime.internal.registry.EndpointRegistry;
import io.sluice.endpoint.runtime.internal.registry.FrameworkThread;
import io.sluice.endpoint.runtime.internal.registry.RuntimeListeners;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.osgi.framework.BundleContext;
import org.osgi.service.cm.ConfigurationAdmin;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The whole runtime: Config Admin and factories in, live endpoints and pipes out. It has three
 * threads of its own: one decides, one reads configurations, and one registers services.
 */
final class HostRuntime {

  private static final Logger LOG = LoggerFactory.getLogger(HostRuntime.class);

  /** What closing may take beyond the drain time. */
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(30);

  /** How long listeners may take to hear that nothing is left. */
  private static final Duration LISTENER_TIMEOUT = Duration.ofSeconds(5);

  private final ControlThread control = new ControlThread();
  private final FrameworkThread services = new FrameworkThread("services");
  private final FrameworkThread reader = new FrameworkThread("configurations");
  private final PluginCalls calls = new PluginCalls(control);
  private final RuntimeListeners listeners = new RuntimeListeners(calls.callbacks());
  private final BundleContext context;
  private final AtomicBoolean stopped = new AtomicBoolean();
  private final EndpointRegistry endpoints;
  private final PipeRegistry pipes;
  private final ConfigurationFeed configurations;
  private final FactoryTracker factories;

  HostRuntime(BundleContext context, ConfigurationAdmin configurationAdmin) {
    this.context = context;
    endpoints =
        new EndpointRegistry(
            context,
            services,
            control,
            calls,
            listeners,
            this::endpointChanged,
            this::sourcesByTarget);
    pipes = new PipeRegistry(control, () -> calls.forOwner()::callback, endpoints::handle);
    configurations = new ConfigurationFeed(configurationAdmin, reader, new Configurations());
    factories =
        new FactoryTracker(
            context,
            control,
            calls,
            endpoints,
            RuntimeSettings.DEFAULTS.callTimeout(),
            SettingsDefinition.MAX_DRAIN_TIMEOUT.plus(CLOSE_TIMEOUT));
  }

  void start() {
    factories.open();
    configurations.open(context);
  }

  /** Ends everything: pipes first, then the endpoints, each with its drain time. Idempotent. */
  void stop() {
    if (!stopped.compareAndSet(false, true)) {
      return;
    }
    configurations.close();
    CompletableFuture<Void> ended = new CompletableFuture<>();
    control.execute(() -> close(ended));
    await("endpoints", ended, SettingsDefinition.MAX_DRAIN_TIMEOUT.plus(CLOSE_TIMEOUT));
    factories.close();
    close(reader);
    close(services);
    await("listeners", listeners.finish(), LISTENER_TIMEOUT);
    calls.close();
    control.close();
  }

  EndpointRegistry endpoints() {
    return endpoints;
  }

  PipeRegistry pipes() {
    return pipes;
  }

  RuntimeListeners listeners() {
    return listeners;
  }

  boolean drain(String name) {
    return drained(name, true);
  }

  boolean resume(String name) {
    return drained(name, false);
  }

  private boolean drained(String name, boolean outOfWork) {
    boolean known = endpoints.endpoint(name).flatMap(ManagedEndpoint::endpoint).isPresent();
    if (known) {
      control.execute(() -> endpoints.drained(name, outOfWork));
    }
    return known;
  }

  private void close(CompletableFuture<Void> ended) {
    pipes
        .close()
        .thenCompose(nothing -> endpoints.close())
        .whenComplete(
            (nothing, error) -> {
              if (error == null) {
                ended.complete(null);
              } else {
                ended.completeExceptionally(error);
              }
            });
  }

  private static void await(String what, CompletionStage<Void> end, Duration limit) {
    try {
      end.toCompletableFuture().get(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      LOG.error("Some {} did not end in time; the runtime stops without them", what, e);
    } catch (ExecutionException e) {
      LOG.error("Some {} failed to end; the runtime stops without them", what, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void close(FrameworkThread framework) {
    try {
      if (!framework.close(CLOSE_TIMEOUT)) {
        LOG.error(
            "A service or bundle listener blocks a call of the runtime; the runtime stops without it");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** The registry is made before the pipes, and tells of endpoints only after both are. */
  private void endpointChanged(String name) {
    pipes.endpointChanged(name);
  }

  private Map<String, Set<String>> sourcesByTarget() {
    return pipes.sourcesByTarget();
  }

  /** Sorts configurations by what they define, and takes them to the control thread. */
  private final class Configurations implements ConfigurationReceiver {

    @Override
    public void configured(StoredConfiguration configuration) {
      control.execute(() -> define(configuration));
    }

    @Override
    public void removed(String pid) {
      control.execute(
          () -> {
            endpoints.removed(pid);
            pipes.removed(pid);
          });
    }

    private void define(StoredConfiguration configuration) {
      if (EndpointDefinition.isDefinedBy(configuration.factoryPid())) {
        endpoints.configured(EndpointDefinition.of(configuration));
      } else if (configuration.factoryPid().equals(EndpointRuntime.GROUP_FACTORY_PID)) {
        configuration
            .problem()
            .ifPresentOrElse(
                why -> endpoints.unreadableGroup(configuration.pid(), why),
                () -> endpoints.configured(GroupDefinition.of(configuration)));
      } else {
        PipeDefinition pipe = PipeDefinition.of(configuration);
        configuration
            .problem()
            .ifPresentOrElse(why -> pipes.unreadable(pipe, why), () -> pipes.configured(pipe));
      }
    }
  }
}
