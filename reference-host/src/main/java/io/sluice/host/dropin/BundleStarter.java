/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.host.dropin;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.wiring.BundleRevision;

/** Starts a bundle, and waits for that no longer than a limit: another's activator may hang. */
final class BundleStarter {

  private final MissingRequirements requirements;
  private final Duration limit;

  BundleStarter(BundleContext context, Duration limit) {
    this.requirements = new MissingRequirements(context);
    this.limit = limit;
  }

  /** Starts a bundle; the answer is what keeps it from being active, empty if nothing does. */
  Optional<String> start(Bundle bundle) {
    if (isFragment(bundle)) {
      return Optional.empty();
    }
    FutureTask<Void> start =
        new FutureTask<>(
            () -> {
              bundle.start(Bundle.START_TRANSIENT | Bundle.START_ACTIVATION_POLICY);
              return null;
            });
    Thread thread = new Thread(null, start, "sluice-dropin-" + bundle.getBundleId(), 0, false);
    thread.setDaemon(true);
    thread.setContextClassLoader(BundleStarter.class.getClassLoader());
    thread.start();
    try {
      start.get(limit.toMillis(), TimeUnit.MILLISECONDS);
      return Optional.empty();
    } catch (TimeoutException hanging) {
      return Optional.of("its start has not returned within " + limit.toSeconds() + " s");
    } catch (ExecutionException failed) {
      return Optional.of(describe(bundle, failed.getCause()));
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return Optional.of("its start was interrupted");
    }
  }

  private String describe(Bundle bundle, Throwable failure) {
    if (failure instanceof BundleException known
        && known.getType() == BundleException.RESOLVE_ERROR) {
      String missing = requirements.describe(bundle);
      return missing.isEmpty() ? known.getMessage() : missing;
    }
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return "its start fails: " + root;
  }

  private static boolean isFragment(Bundle bundle) {
    return (bundle.adapt(BundleRevision.class).getTypes() & BundleRevision.TYPE_FRAGMENT) != 0;
  }
}
