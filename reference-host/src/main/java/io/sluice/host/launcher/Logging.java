/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.host.launcher;

import java.util.List;
import java.util.Map;
import java.util.logging.ConsoleHandler;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.Logger;

/** Sends everything that is logged to standard error. */
final class Logging {

  private static final Map<String, Level> LEVELS =
      Map.of(
          "error", Level.SEVERE,
          "warn", Level.WARNING,
          "info", Level.INFO,
          "debug", Level.FINE,
          "trace", Level.FINEST);

  /** Libraries whose notes on their own coming and going are of interest to developers alone. */
  private static final List<Logger> TALKATIVE =
      List.of(
          Logger.getLogger("org.eclipse.jetty"),
          Logger.getLogger("fileinstall"),
          Logger.getLogger("org.apache.felix"),
          Logger.getLogger("org.apache.kafka"),
          Logger.getLogger("org.apache.aries"));

  private Logging() {}

  /** Sets up the log; {@code level} is one of the levels that the options know. */
  static void configure(String level) {
    LogManager.getLogManager().reset();
    Level chosen = LEVELS.get(level);
    Handler console = new ConsoleHandler();
    console.setFormatter(new LogFormat());
    console.setLevel(chosen);
    Logger root = Logger.getLogger("");
    root.addHandler(console);
    root.setLevel(chosen);
    if (chosen.equals(Level.INFO)) {
      TALKATIVE.forEach(logger -> logger.setLevel(Level.WARNING));
    }
  }
}
