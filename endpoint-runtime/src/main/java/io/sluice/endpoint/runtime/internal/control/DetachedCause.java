/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.runtime.internal.control;

/** The cause of a {@link DetachedException}: the text and stack trace of another exception. */
final class DetachedCause extends RuntimeException {

  private static final long serialVersionUID = 1L;
  private static final int MAX_DEPTH = 8;

  private DetachedCause(String text, Throwable cause) {
    super(text, cause);
  }

  /** A copy of an exception and its causes, as far as they go; null for null. */
  static DetachedCause of(Throwable error) {
    return of(error, MAX_DEPTH);
  }

  private static DetachedCause of(Throwable error, int depth) {
    if (error == null || depth == 0) {
      return null;
    }
    DetachedCause copy = new DetachedCause(error.toString(), of(error.getCause(), depth - 1));
    copy.setStackTrace(error.getStackTrace());
    return copy;
  }

  /** As {@link DetachedException} explains. */
  @Override
  public Throwable fillInStackTrace() {
    return this;
  }

  /** The text alone, which begins with the class name of the original. */
  @Override
  public String toString() {
    return getMessage();
  }
}
