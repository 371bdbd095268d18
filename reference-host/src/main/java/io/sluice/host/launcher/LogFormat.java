/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.host.launcher;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.logging.Formatter;
import java.util.logging.Level;
import java.util.logging.LogRecord;

/** One line a record: time, level, who, what; below it the stack trace of an exception. */
public final class LogFormat extends Formatter {

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("HH:mm:ss.SSS", Locale.ROOT).withZone(ZoneId.systemDefault());

  /** Made by the log's configuration. */
  public LogFormat() {}

  @Override
  public String format(LogRecord entry) {
    StringWriter text = new StringWriter();
    PrintWriter line = new PrintWriter(text);
    line.printf(
        "%s %-5s %s: %s%n",
        TIME.format(entry.getInstant()),
        level(entry.getLevel()),
        shortened(String.valueOf(entry.getLoggerName())),
        formatMessage(entry));
    if (entry.getThrown() != null) {
      entry.getThrown().printStackTrace(line);
    }
    return text.toString();
  }

  private static String level(Level level) {
    int value = level.intValue();
    if (value >= Level.SEVERE.intValue()) {
      return "ERROR";
    }
    if (value >= Level.WARNING.intValue()) {
      return "WARN";
    }
    if (value >= Level.INFO.intValue()) {
      return "INFO";
    }
    return value >= Level.FINE.intValue() ? "DEBUG" : "TRACE";
  }

  /** The name's last part, which says enough to a reader. */
  private static String shortened(String logger) {
    return logger.substring(logger.lastIndexOf('.') + 1);
  }
}
