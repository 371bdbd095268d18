/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.host.launcher;

/** Why the host does not start, in one line for the operator. */
final class StartException extends Exception {

  static final int FAILED = 1;
  static final int USAGE = 2;

  private static final long serialVersionUID = 1L;

  private final int exitCode;

  private StartException(int exitCode, String message, Throwable cause) {
    super(message, cause);
    this.exitCode = exitCode;
  }

  /** The command line is wrong. */
  static StartException usage(String message) {
    return new StartException(USAGE, message + " (--help lists the options)", null);
  }

  /** Something outside is not as it must be. */
  static StartException failed(String message, Throwable cause) {
    return new StartException(FAILED, message, cause);
  }

  int exitCode() {
    return exitCode;
  }
}
