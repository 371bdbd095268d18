/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.host.logging;

import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.log.LogEntry;
import org.osgi.service.log.LogListener;
import org.osgi.service.log.LogReaderService;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Passes entries of the Log Service on to SLF4J; what the framework enters there about the comings
 * and goings of bundles and services is left out.
 */
@Component(
    service = {},
    immediate = true)
public final class LogServiceBridge implements LogListener {

  private static final String FRAMEWORK_EVENTS = "Events.";

  private final LogReaderService entries;

  /** Begins to listen. */
  @Activate
  public LogServiceBridge(@Reference LogReaderService entries) {
    this.entries = entries;
    entries.addLogListener(this);
  }

  /** Listens no more. */
  @Deactivate
  public void close() {
    entries.removeLogListener(this);
  }

  @Override
  public void logged(LogEntry entry) {
    String name = String.valueOf(entry.getLoggerName());
    if (name.startsWith(FRAMEWORK_EVENTS) && entry.getException() == null) {
      return;
    }
    Logger log = LoggerFactory.getLogger(entry.getBundle().getSymbolicName());
    switch (entry.getLogLevel()) {
      case AUDIT, ERROR -> log.error(entry.getMessage(), entry.getException());
      case WARN -> log.warn(entry.getMessage(), entry.getException());
      case INFO -> log.debug(entry.getMessage(), entry.getException()); // of interest to developers
      default -> log.trace(entry.getMessage(), entry.getException());
    }
  }
}
