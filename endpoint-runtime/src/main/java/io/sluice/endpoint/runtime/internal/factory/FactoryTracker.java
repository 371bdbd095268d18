/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.runtime.internal.factory;

import io.sluice.endpoint.EndpointFactory;
import io.sluice.endpoint.runtime.internal.control.ControlThread;
import io.sluice.endpoint.runtime.internal.control.PluginCalls;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.wiring.BundleWiring;
import org.osgi.util.tracker.ServiceTracker;
import org.osgi.util.tracker.ServiceTrackerCustomizer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the factories. The services are fetched and asked for their type on plugin threads, since
 * both may hang; a factory that leaves keeps its bundle waiting, inside the UNREGISTERING event,
 * until its endpoints have drained.
 *
 * <p>The framework calls on any thread; what a factory serves is owned by the control thread.
 */
public final class FactoryTracker
    implements ServiceTrackerCustomizer<EndpointFactory, FactoryTracker.Tracked> {

  private static final Logger LOG = LoggerFactory.getLogger(FactoryTracker.class);

  private final BundleContext context;
  private final Bundle system;
  private final ControlThread control;
  private final PluginCalls calls;
  private final FactoryReceiver receiver;
  private final Duration callLimit;
  private final Duration leaveLimit;
  private final ServiceTracker<EndpointFactory, Tracked> tracker;
  private volatile boolean closed;

  /** One factory service. */
  static final class Tracked {
    private final CompletableFuture<ServedType> served;
    private boolean left;

    private Tracked(CompletableFuture<ServedType> served) {
      this.served = served;
    }
  }

  /**
   * A tracker that is not open yet.
   *
   * @param callLimit how long fetching a factory and its type may take
   * @param leaveLimit how long a bundle is kept waiting at the very most
   */
  public FactoryTracker(
      BundleContext context,
      ControlThread control,
      PluginCalls calls,
      FactoryReceiver receiver,
      Duration callLimit,
      Duration leaveLimit) {
    this.context = context;
    this.system = context.getBundle(Constants.SYSTEM_BUNDLE_ID);
    this.control = control;
    this.calls = calls;
    this.receiver = receiver;
    this.callLimit = callLimit;
    this.leaveLimit = leaveLimit;
    this.tracker = new ServiceTracker<>(context, EndpointFactory.class, this);
  }

  /** Begins to follow. */
  public void open() {
    tracker.open();
  }

  /** Ends to follow; the endpoints are closed by then, so that nothing is waited for. */
  public void close() {
    closed = true;
    tracker.close();
  }

  @Override
  public Tracked addingService(ServiceReference<EndpointFactory> reference) {
    Bundle bundle = reference.getBundle();
    if (bundle == null) {
      return null; // gone already
    }
    Tracked tracked =
        new Tracked(
            calls.call(
                "fetching the factory",
                loaderOf(bundle),
                callLimit,
                () -> fetch(reference, bundle),
                late -> LOG.debug("The factory of {} answered after the time limit", bundle)));
    tracked.served.whenComplete(
        (served, error) -> control.execute(() -> fetched(tracked, bundle, served, error)));
    return tracked;
  }

  @Override
  public void modifiedService(ServiceReference<EndpointFactory> reference, Tracked tracked) {
    // What a factory serves does not change; its service properties repeat it.
  }

  @Override
  public void removedService(ServiceReference<EndpointFactory> reference, Tracked tracked) {
    CompletableFuture<Void> gone = new CompletableFuture<>();
    try {
      control.execute(() -> leave(tracked, gone));
      if (!closed && !control.isCurrent()) {
        await(gone, reference);
      }
    } catch (RejectedExecutionException e) {
      LOG.debug("The runtime has stopped before {} left", reference, e);
    }
    context.ungetService(reference);
  }

  private ServedType fetch(ServiceReference<EndpointFactory> reference, Bundle bundle) {
    EndpointFactory factory = context.getService(reference);
    if (factory == null) {
      throw new IllegalStateException("the service could not be had");
    }
    long serviceId = (Long) reference.getProperty(Constants.SERVICE_ID);
    return ServedType.of(factory, bundle.getVersion(), serviceId);
  }

  private void fetched(Tracked tracked, Bundle bundle, ServedType served, Throwable error) {
    if (tracked.left) {
      return;
    }
    if (error == null) {
      receiver.factoryArrived(served);
    } else {
      LOG.error(
          "The endpoint factory of {} {} cannot be used; correct or update the bundle",
          bundle,
          bundle.getVersion(),
          error);
    }
  }

  private void leave(Tracked tracked, CompletableFuture<Void> gone) {
    tracked.left = true;
    if (!tracked.served.isDone() || tracked.served.isCompletedExceptionally()) {
      tracked.served.cancel(false);
      gone.complete(null);
      return;
    }
    receiver
        .factoryLeft(tracked.served.join(), !isFrameworkStopping())
        .whenComplete((nothing, error) -> gone.complete(null));
  }

  private boolean isFrameworkStopping() {
    return system.getState() == Bundle.STOPPING;
  }

  private void await(CompletableFuture<Void> gone, ServiceReference<EndpointFactory> reference) {
    try {
      gone.get(leaveLimit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      LOG.error(
          "The endpoints of {} did not close within {}; the bundle leaves without them",
          reference.getBundle(),
          leaveLimit);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  private static ClassLoader loaderOf(Bundle bundle) {
    BundleWiring wiring = bundle.adapt(BundleWiring.class);
    return wiring == null ? null : wiring.getClassLoader();
  }
}
