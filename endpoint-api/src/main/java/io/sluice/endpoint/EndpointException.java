/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint;

import java.util.Objects;
import java.util.Set;

/**
 * Says what went wrong with an endpoint, for programs ({@link #code()}) and people ({@link
 * #getMessage()}). The message never holds a secret.
 *
 * <p>An error either concerns the message or the request ({@link #concernsMessage()}), or the state
 * of the endpoint and its backend. Only the first is a reason to give up a message.
 */
public class EndpointException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** Codes that can only mean the message or the request, whoever made the exception. */
  private static final Set<ErrorCode> OF_THE_MESSAGE =
      Set.of(
          ErrorCode.MESSAGE_INVALID,
          ErrorCode.MESSAGE_TOO_LARGE,
          ErrorCode.REQUEST_INVALID,
          ErrorCode.UNROUTABLE);

  private final transient ErrorCode code;
  private final boolean retryable;
  private final boolean concernsMessage;

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
    this(code, message, retryable, false, cause);
  }

  /**
   * An error of a subclass that says whether it concerns the message; all others use {@link
   * #ofMessage}.
   *
   * @param code not null
   * @param message what happened and what to do about it, not null
   * @param retryable whether the same call may succeed later
   * @param concernsMessage see {@link #concernsMessage()}; true anyway for a code that can mean
   *     nothing else
   * @param cause may be null
   * @since 1.2
   */
  protected EndpointException(
      ErrorCode code, String message, boolean retryable, boolean concernsMessage, Throwable cause) {
    super(Objects.requireNonNull(message, "message"), cause);
    this.code = Objects.requireNonNull(code, "code");
    this.retryable = retryable;
    this.concernsMessage = concernsMessage || OF_THE_MESSAGE.contains(code);
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

  /**
   * An error of the message or the request: the endpoint works, and refuses this one alone.
   *
   * @param code not null
   * @param message what is wrong with it and what to do about it, not null
   * @param cause may be null
   * @since 1.2
   */
  public static EndpointException ofMessage(ErrorCode code, String message, Throwable cause) {
    return new EndpointException(code, message, false, true, cause);
  }

  /** The kind of the error; {@link ErrorCode#INTERNAL} if it was lost in serialization. */
  public ErrorCode code() {
    return code == null ? ErrorCode.INTERNAL : code;
  }

  /** Whether the same call may succeed later. */
  public boolean isRetryable() {
    return retryable;
  }

  /**
   * Whether the message or the request is at fault: too large, invalid, unroutable, refused for its
   * content. Otherwise the endpoint or its backend is in trouble, and the message is as good as any
   * other.
   *
   * @since 1.2
   */
  public boolean concernsMessage() {
    return concernsMessage;
  }

  @Override
  public String toString() {
    return getClass().getSimpleName() + "[" + code() + ": " + getMessage() + "]";
  }
}
