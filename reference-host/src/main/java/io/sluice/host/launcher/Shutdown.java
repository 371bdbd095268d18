/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.host.launcher;

import java.io.IOException;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * What happens when the JVM ends, by a signal or by itself: the framework stops, then the demo's
 * broker, the temporary folder goes, and the exit code says whether that went well rather than
 * which signal came.
 */
final class Shutdown extends Thread {

  private static final Logger LOG = Logger.getLogger(Shutdown.class.getName());
  private static final long STOP_TIMEOUT_MILLIS = 10_000;

  private final Folders folders;
  private volatile HostFramework framework;
  private volatile DemoBroker broker;
  private volatile int exitCode;

  private Shutdown(Folders folders) {
    super("sluice-shutdown");
    this.folders = folders;
  }

  static Shutdown register(Folders folders) {
    Shutdown shutdown = new Shutdown(folders);
    Runtime.getRuntime().addShutdownHook(shutdown);
    return shutdown;
  }

  /** The framework to stop. */
  void stops(HostFramework started) {
    framework = started;
  }

  /** The broker to stop once it is not needed any more. */
  void stops(DemoBroker started) {
    broker = started;
  }

  /** The code that the JVM is about to exit with. */
  void exitsWith(int code) {
    exitCode = code;
  }

  @Override
  public void run() {
    try {
      if (framework != null && !framework.stop(STOP_TIMEOUT_MILLIS)) {
        System.err.println(
            "gateway: bundles have not stopped within " + STOP_TIMEOUT_MILLIS / 1000 + " s");
        exitCode = StartException.FAILED;
      }
      if (broker != null) {
        broker.stop();
      }
      folders.cleanUp();
    } catch (IOException | InterruptedException failed) {
      LOG.log(Level.WARNING, "the temporary folder stays: {0}", failed.toString());
    }
    Runtime.getRuntime().halt(exitCode); // a signal would else show as 128 + its number
  }
}
