/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.runtime.internal.control;

import io.sluice.endpoint.ConfigurationException;
import io.sluice.endpoint.EndpointException;
import io.sluice.endpoint.ErrorCode;
import io.sluice.endpoint.Violation;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;

/**
 * An error that a host may keep for ever without pinning a plugin: a copy in which causes are text.
 *
 * <p>It does not fill in a stack trace of its own. The JVM's record of a stack refers to the
 * classes in it, also after {@link #setStackTrace}, and an exception made on a plugin's thread
 * would keep the plugin's class loader alive.
 */
public final class DetachedException extends EndpointException {

  private static final long serialVersionUID = 1L;

  private final transient List<Violation> violations;

  /**
   * An error of the runtime's own.
   *
   * @param code not null
   * @param message not null
   * @param retryable whether the same call may succeed later
   */
  public DetachedException(ErrorCode code, String message, boolean retryable) {
    this(builder(code, message).retryable(retryable), List.of());
  }

  private DetachedException(Builder builder, List<Violation> violations) {
    super(builder);
    this.violations = violations;
  }

  /**
   * A copy of what a plugin has thrown or signalled. An {@link EndpointException} keeps its codes
   * and whether it concerns the message; anything else is a fault of the plugin, {@link
   * ErrorCode#INTERNAL}.
   *
   * @param thrown may be null, for a plugin that signals null
   */
  public static DetachedException of(Throwable thrown) {
    return of(thrown, ErrorCode.INTERNAL);
  }

  /**
   * A copy of what another side has thrown or signalled.
   *
   * @param thrown may be null
   * @param otherwise the code for an error that is no {@link EndpointException}
   */
  public static DetachedException of(Throwable thrown, ErrorCode otherwise) {
    Throwable error = unwrapped(thrown);
    if (error instanceof DetachedException detached) {
      return detached;
    }
    try {
      return copied(error, otherwise);
    } catch (RuntimeException | Error e) { // the plugin's exception fails when it is looked at
      return new DetachedException(otherwise, "failed with " + className(error), false);
    }
  }

  /** The violations of a copied {@link ConfigurationException}; empty for any other error. */
  public List<Violation> violations() {
    return violations == null ? List.of() : violations;
  }

  @Override
  public Throwable fillInStackTrace() {
    return this;
  }

  @Override
  public String toString() {
    return "EndpointException[" + code() + ": " + getMessage() + "]";
  }

  private static DetachedException copied(Throwable error, ErrorCode otherwise) {
    DetachedException copy =
        error instanceof EndpointException known
            ? copiedKnown(known)
            : copiedUnknown(error, otherwise);
    if (error != null) {
      copy.setStackTrace(error.getStackTrace());
    }
    return copy;
  }

  private static DetachedException copiedKnown(EndpointException error) {
    return new DetachedException(
        builder(error.code(), String.valueOf(error.getMessage()))
            .retryable(error.isRetryable())
            .concernsMessage(error.concernsMessage())
            .backendCode(error.backendCode().orElse(null))
            .cause(DetachedCause.of(error.getCause())),
        error instanceof ConfigurationException refused ? refused.violations() : List.of());
  }

  private static DetachedException copiedUnknown(Throwable error, ErrorCode otherwise) {
    return new DetachedException(
        builder(otherwise, String.valueOf(error))
            .cause(error == null ? null : DetachedCause.of(error.getCause())),
        List.of());
  }

  private static Throwable unwrapped(Throwable thrown) {
    boolean wraps = thrown instanceof CompletionException || thrown instanceof ExecutionException;
    return wraps && thrown.getCause() != null ? thrown.getCause() : thrown;
  }

  private static String className(Throwable error) {
    return error == null ? "null" : error.getClass().getName();
  }
}
