/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.host.launcher;

import java.util.logging.Level;
import java.util.logging.Logger;

/** The framework's own log, which would else be written to standard output. */
final class FrameworkLog extends org.apache.felix.framework.Logger {

  private static final Logger LOG = Logger.getLogger("framework");

  @Override
  protected void doLog(int level, String message, Throwable failure) {
    switch (level) {
      case LOG_ERROR -> LOG.log(Level.SEVERE, message, failure);
      case LOG_WARNING -> LOG.log(Level.WARNING, message, failure);
      case LOG_INFO -> LOG.log(Level.INFO, message, failure);
      default -> LOG.log(Level.FINE, message, failure);
    }
  }
}
