/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.host.replacement;

import static org.awaitility.Awaitility.await;

import io.sluice.host.TestFramework;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.felix.fileinstall.ArtifactInstaller;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.launch.Framework;

class ReplacementWatchTest {

  private static final FileTime TIME = FileTime.from(Instant.parse("2026-01-01T00:00:00Z"));

  @TempDir private Path storage;
  @TempDir private Path load;
  @TempDir private Path volume;

  private Framework framework;
  private ReplacementWatch watch;
  private int replacements;

  @BeforeEach
  void start() throws Exception {
    framework =
        TestFramework.start(
            storage,
            Map.of(
                "felix.fileinstall.dir", load.toString(), "felix.fileinstall.filter", ".*\\.cfg"));
    watch = new ReplacementWatch(framework.getBundleContext());
  }

  @AfterEach
  void stop() throws Exception {
    watch.close();
    TestFramework.stop(framework);
  }

  @Test
  void anInstallerThatFailsIsCalledAgain() {
    FailingInstaller installer = new FailingInstaller();
    framework.getBundleContext().registerService(ArtifactInstaller.class, installer, null);

    // until the watch has seen one file and then another
    await()
        .until(
            () -> {
              boolean called = installer.calls.get() > 0;
              if (!called) {
                replace();
              }
              return called;
            });

    await().until(() -> installer.calls.get() > 1);
  }

  /** Another path each time; a file that was moved over may pass its identity on to the next. */
  private void replace() throws IOException {
    Path next = Files.writeString(volume.resolve("file" + replacements++), "messageInterval = 5");
    Files.setLastModifiedTime(next, TIME);
    Path link = Files.createSymbolicLink(volume.resolve("link"), next);
    Files.move(link, load.resolve("a.cfg"), StandardCopyOption.ATOMIC_MOVE);
  }

  private static final class FailingInstaller implements ArtifactInstaller {

    private final AtomicInteger calls = new AtomicInteger();

    @Override
    public boolean canHandle(File file) {
      return true;
    }

    @Override
    public void install(File file) {
      throw new UnsupportedOperationException("FileInstall does that");
    }

    @Override
    public void update(File file) {
      calls.incrementAndGet();
      throw new NoClassDefFoundError("the installer's bundle is being replaced");
    }

    @Override
    public void uninstall(File file) {
      throw new UnsupportedOperationException("FileInstall does that");
    }
  }
}
