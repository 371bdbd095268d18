/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint;

import java.util.Objects;

/**
 * Says what went wrong with an endpoint, for programs ({@link #code()}) and people ({@link
 * #getMessage()}). The message never holds a secret.
 */
public class EndpointException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final transient ErrorCode code;
  private final boolean retryable;

  /**
   * An error that trying again does not cure.
   *
   * @param code not null
   * @param message what happened and what to do about it, not null
   */
  public EndpointException(ErrorCode code, String message) {
    this(code, message, false, null);
  }

  /**
   * An error.
   *
   * @param code not null
   * @param message what happened and what to do about it, not null
   * @param retryable whether the same call may succeed later
   * @param cause may be null
   */
  public EndpointException(ErrorCode code, String message, boolean retryable, Throwable cause) {
    super(Objects.requireNonNull(message, "message"), cause);
    this.code = Objects.requireNonNull(code, "code");
    this.retryable = retryable;
  }

  /**
   * An error that may be gone when the call is made again.
   *
   * @param code not null
   * @param message what happened and what to do about it, not null
   */
  public static EndpointException retryable(ErrorCode code, String message) {
    return new EndpointException(code, message, true, null);
  }

  /** The kind of the error; {@link ErrorCode#INTERNAL} if it was lost in serialization. */
  public ErrorCode code() {
    return code == null ? ErrorCode.INTERNAL : code;
  }

  /** Whether the same call may succeed later. */
  public boolean isRetryable() {
    return retryable;
  }

  @Override
  public String toString() {
    return getClass().getSimpleName() + "[" + code() + ": " + getMessage() + "]";
  }
}
