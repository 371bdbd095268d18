/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.host.dropin;

import io.sluice.endpoint.EndpointState;
import io.sluice.endpoint.runtime.EndpointRuntime;
import io.sluice.endpoint.runtime.ManagedEndpoint;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;

/**
 * Waits until the runtime has gone over from one version of an endpoint bundle to another. An
 * endpoint whose configuration wants the former version is not waited for.
 */
final class VersionHandover {

  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final long POLL_INTERVAL_MILLIS = 10;

  private final BundleContext context;
  private final PinnedEndpoints pinned;

  VersionHandover(BundleContext context) {
    this.context = context;
    this.pinned = new PinnedEndpoints(context);
  }

  /** Returns when no endpoint will go over any more, or time is up. */
  void await(Bundle former, Bundle newer) {
    ServiceReference<EndpointRuntime> reference =
        context.getServiceReference(EndpointRuntime.class);
    EndpointRuntime runtime = reference == null ? null : context.getService(reference);
    if (runtime == null) {
      return; // stopped: nothing goes over
    }
    try {
      Set<String> types = EndpointTypes.of(newer).collect(Collectors.toSet());
      Set<String> staying = pinned.pidsWithout(newer.getVersion());
      await(
          runtime,
          endpoint ->
              types.contains(endpoint.type())
                  && !staying.contains(endpoint.pid())
                  && isServedBy(endpoint, former));
    } finally {
      context.ungetService(reference);
    }
  }

  private static void await(EndpointRuntime runtime, Predicate<ManagedEndpoint> goesOver) {
    long start = System.nanoTime();
    try {
      while (runtime.endpoints().stream().anyMatch(goesOver)
          && System.nanoTime() - start < TIMEOUT.toNanos()) {
        TimeUnit.MILLISECONDS.sleep(POLL_INTERVAL_MILLIS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** A successor that has failed leaves the former one at work, {@code DEGRADED}. */
  private static boolean isServedBy(ManagedEndpoint endpoint, Bundle former) {
    return endpoint.version().equals(Optional.of(former.getVersion().toString()))
        && endpoint.status().state() != EndpointState.DEGRADED;
  }
}
