/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.host.dropin;

import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.felix.fileinstall.ArtifactInstaller;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkEvent;
import org.osgi.framework.wiring.FrameworkWiring;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps bundles in step with the jars of the load folder. FileInstall could do that too, but it
 * uninstalls a bundle whose jar is being overwritten, and is silent about jars that it cannot use.
 *
 * <p>Called by FileInstall's thread, one file at a time. What fails because of another bundle is
 * tried again after each change, and reported when no more changes come for a moment. A bundle
 * whose jar is gone stays until its successor is there, if one lies in the folder: FileInstall
 * tells of deleted files before new ones.
 */
@Component(service = {ArtifactInstaller.class, DropInBundles.class})
public final class DropInBundles implements ArtifactInstaller {

  private static final Logger LOG = LoggerFactory.getLogger(DropInBundles.class);

  private static final Duration START_TIMEOUT = Duration.ofSeconds(30);
  private static final Duration REFRESH_TIMEOUT = Duration.ofSeconds(60);

  private final BundleContext context;
  private final BundleStarter starter;
  private final VersionHandover handover;
  private final FailureReport report = new FailureReport();
  private final Map<File, Bundle> bundles = new LinkedHashMap<>();
  private final Set<Bundle> toStart = new LinkedHashSet<>();
  private final Set<File> toInstall = new LinkedHashSet<>();
  private final Set<File> leaving = new LinkedHashSet<>();
  private final QuietMoment quiet = new QuietMoment(this::whenQuiet);

  /** No bundles yet. */
  @Activate
  public DropInBundles(BundleContext context) {
    this.context = context;
    this.handover = new VersionHandover(context);
    this.starter = new BundleStarter(context, START_TIMEOUT);
    List.of(context.getBundles()).forEach(this::adopt);
  }

  /** Reports nothing any more; the bundles stay. */
  @Deactivate
  public void close() {
    quiet.close();
  }

  @Override
  public boolean canHandle(File file) {
    return file.getName().endsWith(".jar");
  }

  @Override
  public synchronized void install(File file) {
    update(file);
  }

  @Override
  public synchronized void update(File file) {
    report.retry(file);
    leaving.remove(file);
    Bundle present = bundles.get(file);
    Optional<String> problem = BundleFile.problem(file);
    if (problem.isPresent()) {
      report.failed(file, problem.get() + (present == null ? "" : "; " + name(present) + " stays"));
    } else if (present == null) {
      toInstall.add(file);
    } else if (BundleFile.isNewerEndpoint(file, present)) {
      supersede(file, present);
    } else {
      replace(file, present);
    }
    settle();
    removeLeaving();
  }

  @Override
  public synchronized void uninstall(File file) {
    report.forget(file);
    toInstall.remove(file);
    if (bundles.containsKey(file)) {
      leaving.add(file);
    }
    removeLeaving();
    settle();
  }

  /** Reports every failure that there is now and was not reported yet. */
  public void reportNow() {
    report.flush();
  }

  /** A bundle that was installed from a file before this component was there. */
  private void adopt(Bundle bundle) {
    if (bundle.getLocation().startsWith(Origin.PREFIX)) {
      Bundle former = bundles.put(Origin.file(bundle.getLocation()), bundle);
      if (former != null) {
        removeOlder(former, bundle); // the host ended while one went over to the other
      }
    }
  }

  private void removeOlder(Bundle one, Bundle other) {
    boolean otherIsNewer = other.getVersion().compareTo(one.getVersion()) > 0;
    Bundle older = otherIsNewer ? one : other;
    bundles.put(Origin.file(older.getLocation()), otherIsNewer ? other : one);
    try {
      older.uninstall();
    } catch (BundleException failure) {
      LOG.warn("{} stays beside its successor", name(older), failure);
    }
  }

  /** A successor that was coming may have gone again, of which FileInstall does not tell. */
  private void whenQuiet() {
    report.flush();
    synchronized (this) {
      try {
        removeLeaving();
      } catch (RuntimeException failure) {
        LOG.error(
            "a bundle whose jar is gone cannot be removed; restart the host if it is still there."
                + " Others are to be removed still: {}",
            leaving,
            failure);
      }
      if (!leaving.isEmpty()) {
        quiet.changed();
      }
    }
  }

  private void removeLeaving() {
    for (File file : List.copyOf(leaving)) {
      if (!isSuccessorComing(file)) {
        leaving.remove(file);
        remove(bundles.remove(file));
      }
    }
  }

  /** Whether a jar in the folder, of which FileInstall has yet to tell, succeeds a deleted one. */
  private boolean isSuccessorComing(File deleted) {
    File[] jars = deleted.getParentFile().listFiles(this::isComing);
    return jars != null
        && Stream.of(jars)
            .filter(jar -> BundleFile.isNewerEndpoint(jar, bundles.get(deleted)))
            .anyMatch(jar -> BundleFile.problem(jar).isEmpty());
  }

  private boolean isComing(File file) {
    return canHandle(file)
        && !file.isHidden()
        && !bundles.containsKey(file)
        && !toInstall.contains(file);
  }

  /** A newer endpoint bundle that is there takes over first. */
  private void remove(Bundle bundle) {
    bundles.values().stream()
        .filter(other -> other.getState() == Bundle.ACTIVE && isNewer(other, bundle))
        .findFirst()
        .ifPresent(newer -> handover.await(bundle, newer));
    toStart.remove(bundle);
    try {
      bundle.uninstall();
      refresh(bundle);
      LOG.info("uninstalled {}", name(bundle));
    } catch (BundleException failure) {
      LOG.warn("{} stays, though its jar is gone", name(bundle), failure);
    }
  }

  private static boolean isNewer(Bundle other, Bundle leaving) {
    return Objects.equals(other.getSymbolicName(), leaving.getSymbolicName())
        && other.getVersion().compareTo(leaving.getVersion()) > 0;
  }

  /**
   * Puts a newer endpoint bundle beside the present one, and removes that when the runtime has gone
   * over to the newer one, or cannot: so its endpoints are away for a shorter time.
   */
  private void supersede(File file, Bundle present) {
    String former = name(present);
    try (InputStream in = new FileInputStream(file)) {
      Bundle newer = context.installBundle(Origin.nextLocation(file, present.getLocation()), in);
      Optional<String> problem = starter.start(newer);
      if (problem.isPresent()) {
        newer.uninstall();
        replace(file, present);
        return;
      }
      handover.await(present, newer);
      bundles.put(file, newer);
      toStart.remove(present);
      present.uninstall();
      refresh(present);
      LOG.info("updated {} to {}", former, name(newer));
    } catch (IOException | BundleException failure) {
      report.failed(file, "the update fails: " + failure.getMessage() + "; " + former + " stays");
    }
  }

  private void replace(File file, Bundle bundle) {
    String former = name(bundle);
    try (InputStream in = new FileInputStream(file)) {
      bundle.stop(Bundle.STOP_TRANSIENT);
      bundle.update(in);
      refresh(bundle);
      LOG.info("updated {} to {}", former, name(bundle));
    } catch (IOException | BundleException failure) {
      report.failed(file, "the update fails: " + failure.getMessage() + "; " + former + " stays");
    }
    toStart.add(bundle);
  }

  /** Installs and starts all that is not yet, as one change may be what another has waited for. */
  private void settle() {
    List.copyOf(toInstall).forEach(this::installNow);
    for (Map.Entry<File, Bundle> entry : bundles.entrySet()) {
      if (toStart.contains(entry.getValue())) {
        start(entry.getKey(), entry.getValue());
      }
    }
    quiet.changed();
  }

  private void installNow(File file) {
    try (InputStream in = new FileInputStream(file)) {
      Bundle bundle = context.installBundle(Origin.location(file), in);
      bundles.put(file, bundle);
      toInstall.remove(file);
      toStart.add(bundle);
      report.forget(file);
    } catch (IOException | BundleException failure) {
      report.failed(file, "it cannot be installed: " + failure.getMessage());
    }
  }

  private void start(File file, Bundle bundle) {
    Optional<String> problem = starter.start(bundle);
    if (problem.isEmpty()) {
      toStart.remove(bundle);
      report.forget(file);
      LOG.info("started {}", name(bundle));
    } else {
      report.failed(file, name(bundle) + " cannot be used: " + problem.get());
    }
  }

  /** Has the framework forget the former classes; those who use them are restarted. */
  private void refresh(Bundle bundle) {
    CountDownLatch refreshed = new CountDownLatch(1);
    context
        .getBundle(Constants.SYSTEM_BUNDLE_LOCATION)
        .adapt(FrameworkWiring.class)
        .refreshBundles(
            List.of(bundle),
            event -> {
              if (event.getType() == FrameworkEvent.PACKAGES_REFRESHED) {
                refreshed.countDown();
              }
            });
    try {
      if (!refreshed.await(REFRESH_TIMEOUT.toSeconds(), TimeUnit.SECONDS)) {
        LOG.warn(
            "the refresh of {} takes longer than {} s and goes on",
            name(bundle),
            REFRESH_TIMEOUT.toSeconds());
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private static String name(Bundle bundle) {
    return bundle.getSymbolicName() + " " + bundle.getVersion();
  }
}
