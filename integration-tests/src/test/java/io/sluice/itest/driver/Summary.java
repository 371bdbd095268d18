/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.itest.driver;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.junit.runner.Description;
import org.junit.runner.Result;
import org.junit.runner.notification.Failure;
import org.junit.runner.notification.RunListener;
import org.osgi.framework.launch.FrameworkFactory;

/**
 * Says after the last class what ran on which framework. Each class is a run of its own, with a
 * listener of its own.
 */
public final class Summary extends RunListener {

  private static final Set<Description> TESTS = ConcurrentHashMap.newKeySet();
  private static final Set<Description> FAILED = ConcurrentHashMap.newKeySet();
  private static boolean said;

  @Override
  public void testStarted(Description test) {
    TESTS.add(test);
  }

  @Override
  public void testFailure(Failure failure) {
    TESTS.add(failure.getDescription());
    FAILED.add(failure.getDescription());
  }

  @Override
  public void testRunFinished(Result result) throws IOException {
    synchronized (Summary.class) {
      long classes = TESTS.stream().map(Description::getClassName).distinct().count();
      if (!said && classes == allClasses()) {
        said = true;
        System.out.printf(
            "Integration tests on %s: %d classes, %d tests, %d failed%n",
            framework(), classes, TESTS.size(), FAILED.size());
      }
    }
  }

  private static long allClasses() throws IOException {
    Path classes = Path.of("target", "test-classes", "io", "sluice", "itest");
    try (Stream<Path> files = Files.list(classes)) {
      return files.filter(file -> file.toString().endsWith("IT.class")).count();
    }
  }

  private static String framework() {
    Class<?> factory =
        ServiceLoader.load(FrameworkFactory.class).findFirst().orElseThrow().getClass();
    String jar = factory.getProtectionDomain().getCodeSource().getLocation().getPath();
    return jar.substring(jar.lastIndexOf('/') + 1, jar.length() - ".jar".length());
  }
}
