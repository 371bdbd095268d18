/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.itest.driver;

import java.util.ServiceLoader;
import org.junit.runner.Result;
import org.junit.runner.notification.RunListener;
import org.osgi.framework.launch.FrameworkFactory;

/** Says at the end of a run what ran on which framework. */
public final class Summary extends RunListener {

  @Override
  public void testRunFinished(Result result) {
    System.out.printf(
        "integration tests on %s: %d run, %d failed, %d ignored, in %d s%n",
        framework(),
        result.getRunCount(),
        result.getFailureCount(),
        result.getIgnoreCount(),
        result.getRunTime() / 1000);
  }

  private static String framework() {
    Class<?> factory =
        ServiceLoader.load(FrameworkFactory.class).findFirst().orElseThrow().getClass();
    String jar = factory.getProtectionDomain().getCodeSource().getLocation().getPath();
    return jar.substring(jar.lastIndexOf('/') + 1, jar.length() - ".jar".length());
  }
}
