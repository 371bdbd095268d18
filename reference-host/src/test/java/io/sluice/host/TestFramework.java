/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.host;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.ServiceLoader;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.launch.Framework;
import org.osgi.framework.launch.FrameworkFactory;

/** The framework of the class path, with no bundle but its own. */
public final class TestFramework {

  private static final long STOP_TIMEOUT_MILLIS = 10_000;

  private TestFramework() {}

  /** Starts one. */
  public static Framework start(Path storage, Map<String, String> more) throws BundleException {
    Map<String, String> properties = new HashMap<>(more);
    properties.put(Constants.FRAMEWORK_STORAGE, storage.toString());
    Framework framework =
        ServiceLoader.load(FrameworkFactory.class)
            .findFirst()
            .orElseThrow()
            .newFramework(properties);
    framework.start();
    return framework;
  }

  /** Stops it, and waits for its end. */
  public static void stop(Framework framework) throws Exception {
    framework.stop();
    framework.waitForStop(STOP_TIMEOUT_MILLIS);
  }
}
