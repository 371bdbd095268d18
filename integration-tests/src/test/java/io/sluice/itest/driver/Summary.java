/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.itest.driver;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.TestExecutionResult.Status;
import org.junit.platform.engine.support.descriptor.ClassSource;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.osgi.framework.launch.FrameworkFactory;

/**
 * Says after the last class of a package what ran on which framework or host; each class may be a
 * run of its own.
 */
public final class Summary implements TestExecutionListener {

  private static final Map<String, Tally> PACKAGES = new HashMap<>();

  private static final class Tally {
    private final Set<String> classes = new HashSet<>();
    private int tests;
    private int failed;
  }

  /** Those of the class that runs. */
  private static int tests;

  private static int failed;

  @Override
  public void executionFinished(TestIdentifier executed, TestExecutionResult result) {
    synchronized (PACKAGES) {
      if (executed.isTest()) {
        tests++;
        failed += result.getStatus() == Status.SUCCESSFUL ? 0 : 1;
      } else if (executed.getSource().orElse(null) instanceof ClassSource source) {
        classFinished(source.getClassName());
      }
    }
  }

  private static void classFinished(String className) {
    String packageName = className.substring(0, className.lastIndexOf('.'));
    Tally tally = PACKAGES.computeIfAbsent(packageName, any -> new Tally());
    tally.tests += tests;
    tally.failed += failed;
    tests = 0;
    failed = 0;
    if (tally.classes.add(className) && tally.classes.size() == allClasses(packageName)) {
      System.out.printf(
          "Integration tests on %s: %d classes, %d tests, %d failed%n",
          packageName.endsWith(".karaf") ? System.getProperty("sluice.itest.karaf") : framework(),
          tally.classes.size(),
          tally.tests,
          tally.failed);
    }
  }

  private static long allClasses(String packageName) {
    Path classes = Path.of("target", "test-classes", packageName.replace('.', '/'));
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
