/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.host.readiness;

import static java.util.stream.Collectors.toSet;

import io.sluice.endpoint.EndpointType;
import io.sluice.endpoint.runtime.EndpointRuntime;
import io.sluice.endpoint.runtime.ManagedEndpoint;
import io.sluice.endpoint.runtime.ManagedPipe;
import io.sluice.host.dropin.DropInBundles;
import io.sluice.host.dropin.EndpointTypes;
import io.sluice.host.http.HttpFace;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers with the host's URL once it is ready. To be called after the load folder was read for the
 * first time: by then every dropped-in bundle is active or has failed.
 */
@Component(service = Callable.class, property = "sluice.host=readiness")
public final class Readiness implements Callable<String> {

  private static final Logger LOG = LoggerFactory.getLogger(Readiness.class);
  private static final long READY_TIMEOUT_NANOS = TimeUnit.SECONDS.toNanos(5);
  private static final long CONNECT_TIMEOUT_NANOS = TimeUnit.SECONDS.toNanos(15);
  private static final long POLL_INTERVAL_MILLIS = 10;

  private final BundleContext context;
  private final HttpFace face;
  private final DropInBundles bundles;
  private final EndpointRuntime runtime;
  private final ConfigurationAdmin configurations;

  /** Depends on all that makes a host. */
  @Activate
  public Readiness(
      BundleContext context,
      @Reference HttpFace face,
      @Reference DropInBundles bundles,
      @Reference EndpointRuntime runtime,
      @Reference ConfigurationAdmin configurations) {
    this.context = context;
    this.face = face;
    this.bundles = bundles;
    this.runtime = runtime;
    this.configurations = configurations;
  }

  @Override
  public String call() throws Exception {
    bundles.reportNow();
    awaitConfigurations();
    awaitConnections();
    return face.url();
  }

  /** Waits until the runtime knows every configuration of the first hour. */
  private void awaitConfigurations() throws Exception {
    long start = System.nanoTime();
    Set<String> unknown = unknownPids();
    while (!unknown.isEmpty() && System.nanoTime() - start < READY_TIMEOUT_NANOS) {
      TimeUnit.MILLISECONDS.sleep(POLL_INTERVAL_MILLIS);
      unknown = unknownPids();
    }
    if (!unknown.isEmpty()) {
      LOG.warn("the runtime does not know the configurations {} yet; the log says why", unknown);
    }
  }

  /** Waits until every endpoint has made its first connection or failed to. */
  private void awaitConnections() throws InterruptedException {
    long start = System.nanoTime();
    while (isAnyStarting() && System.nanoTime() - start < CONNECT_TIMEOUT_NANOS) {
      TimeUnit.MILLISECONDS.sleep(POLL_INTERVAL_MILLIS);
    }
  }

  /** A bundle is active a moment before the runtime has taken up its type. */
  private boolean isAnyStarting() {
    Set<String> provided = providedTypes();
    Set<String> served = runtime.types().stream().map(EndpointType::name).collect(toSet());
    if (!served.containsAll(provided)) {
      return true;
    }
    return runtime.endpoints().stream()
        .anyMatch(
            endpoint ->
                switch (endpoint.status().state()) {
                  case STARTING -> true;
                  case UNSATISFIED -> provided.contains(endpoint.type());
                  default -> false;
                });
  }

  private Set<String> providedTypes() {
    return Arrays.stream(context.getBundles())
        .filter(bundle -> bundle.getState() == Bundle.ACTIVE)
        .flatMap(EndpointTypes::of)
        .collect(toSet());
  }

  private Set<String> unknownPids() throws IOException, InvalidSyntaxException {
    Set<String> pids = configuredPids();
    pids.removeAll(runtime.endpoints().stream().map(ManagedEndpoint::pid).toList());
    pids.removeAll(runtime.pipes().stream().map(ManagedPipe::pid).toList());
    return pids;
  }

  private Set<String> configuredPids() throws IOException, InvalidSyntaxException {
    Configuration[] all =
        configurations.listConfigurations(
            "(|(service.factoryPid="
                + EndpointRuntime.ENDPOINT_FACTORY_PID
                + ")(service.factoryPid="
                + EndpointRuntime.ENDPOINT_FACTORY_PID
                + ".*)(service.factoryPid="
                + EndpointRuntime.PIPE_FACTORY_PID
                + "))");
    return Stream.ofNullable(all)
        .flatMap(Arrays::stream)
        .map(Configuration::getPid)
        .collect(Collectors.toCollection(HashSet::new));
  }
}
