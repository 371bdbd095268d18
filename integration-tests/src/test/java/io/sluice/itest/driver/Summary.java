/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.itest.driver;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.TestExecutionResult.Status;
import org.junit.platform.engine.support.descriptor.ClassSource;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.osgi.framework.launch.FrameworkFactory;

/** Says after the last class what ran on which framework; each class may be a run of its own. */
public final class Summary implements TestExecutionListener {

  private static final Set<String> CLASSES = new HashSet<>();
  private static int tests;
  private static int failed;

  @Override
  public void executionFinished(TestIdentifier executed, TestExecutionResult result) {
    synchronized (CLASSES) {
      if (executed.isTest()) {
        tests++;
        failed += result.getStatus() == Status.SUCCESSFUL ? 0 : 1;
      } else if (executed.getSource().orElse(null) instanceof ClassSource source
          && CLASSES.add(source.getClassName())
          && CLASSES.size() == allClasses()) {
        System.out.printf(
            "Integration tests on %s: %d classes, %d tests, %d failed%n",
            framework(), CLASSES.size(), tests, failed);
      }
    }
  }

  private static long allClasses() {
    Path classes = Path.of("target", "test-classes", "io", "sluice", "itest");
    try (Stream<Path> files = Files.list(classes)) {
      return files.filter(file -> file.toString().endsWith("IT.class")).count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String framework() {
    Class<?> factory =
        ServiceLoader.load(FrameworkFactory.class).findFirst().orElseThrow().getClass();
    String jar = factory.getProtectionDomain().getCodeSource().getLocation().getPath();
    return jar.substring(jar.lastIndexOf('/') + 1, jar.length() - ".jar".length());
  }
}
