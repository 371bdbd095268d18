/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.host.replacement;

import java.io.File;
import java.io.IOException;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.felix.fileinstall.ArtifactInstaller;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.util.tracker.ServiceTracker;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has the installers take up files that were replaced unseen. It calls them on a thread of its own,
 * perhaps while FileInstall does: each guards itself.
 */
@Component(service = {})
public final class ReplacementWatch {

  private static final Logger LOG = LoggerFactory.getLogger(ReplacementWatch.class);
  private static final long INTERVAL_MILLIS = 500;

  private final ReplacedFiles files;
  private final Set<File> failing = new HashSet<>();
  private final ServiceTracker<ArtifactInstaller, ArtifactInstaller> installers;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(ReplacementWatch::thread);

  /** Begins to watch the folder that FileInstall watches. */
  @Activate
  public ReplacementWatch(BundleContext context) throws IOException {
    // Canonical, as in the names of files that FileInstall tells.
    File folder = new File(context.getProperty("felix.fileinstall.dir")).getCanonicalFile();
    String filter = context.getProperty("felix.fileinstall.filter");
    files = new ReplacedFiles(folder, file -> file.getName().matches(filter));
    installers = new ServiceTracker<>(context, ArtifactInstaller.class, null);
    installers.open();
    timer.scheduleWithFixedDelay(this::look, 0, INTERVAL_MILLIS, TimeUnit.MILLISECONDS);
  }

  /** Watches no more. */
  @Deactivate
  public void close() {
    timer.shutdownNow();
    installers.close();
  }

  private void look() {
    try {
      files.next(this::update);
    } catch (RuntimeException | Error failure) { // either would end the watch
      LOG.error(
          "the load folder cannot be searched for replaced files; it is tried again", failure);
    }
  }

  /** Calls the installer that FileInstall would call, the first by rank; false if that fails. */
  private boolean update(File file) {
    try {
      Optional<ArtifactInstaller> first =
          installers.getTracked().values().stream()
              .filter(installer -> installer.canHandle(file))
              .findFirst();
      if (first.isPresent()) {
        first.get().update(file);
        LOG.info("{} was replaced by another file of the same size and time", file);
        failing.remove(file);
      }
      return first.isPresent();
    } catch (Exception | Error failure) { // an installer may throw anything
      if (failing.add(file)) {
        LOG.error(
            "{} was replaced and cannot be read anew; it is tried again until it can",
            file,
            failure);
      }
      return false;
    }
  }

  private static Thread thread(Runnable task) {
    Thread thread = new Thread(null, task, "sluice-replacement-watch", 0, false);
    thread.setDaemon(true);
    thread.setContextClassLoader(ReplacementWatch.class.getClassLoader());
    return thread;
  }
}
