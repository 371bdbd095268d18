/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint;

import java.util.Objects;
import java.util.Optional;
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

  /** Codes that can only concern the message or the request, no matter which code raised them. */
  private static final Set<ErrorCode> OF_THE_MESSAGE =
      Set.of(
          ErrorCode.MESSAGE_INVALID,
          ErrorCode.MESSAGE_TOO_LARGE,
          ErrorCode.REQUEST_INVALID,
          ErrorCode.UNROUTABLE);

  private final transient ErrorCode code;
  private final boolean retryable;
  private final boolean concernsMessage;
  private final String backendCode;

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
    this(new Builder(code, message).retryable(retryable).cause(cause));
  }

  /**
   * An error of a subclass; all others use {@link Builder#build()}.
   *
   * @param builder what it consists of, not null
   * @since 1.2
   */
  protected EndpointException(Builder builder) {
    super(builder.message, builder.cause);
    this.code = builder.code;
    this.retryable = builder.retryable;
    this.concernsMessage = builder.concernsMessage || OF_THE_MESSAGE.contains(builder.code);
    this.backendCode = builder.backendCode;
  }

  /**
   * A builder of an error that trying again does not cure and that does not concern the message,
   * unless its code can mean nothing else.
   *
   * @param code not null
   * @param message what happened and what to do about it, not null
   * @since 1.2
   */
  public static Builder builder(ErrorCode code, String message) {
    return new Builder(code, message);
  }

  /**
   * An error that may be gone when the call is made again.
   *
   * @param code not null
   * @param message what happened and what to do about it, not null
   */
  public static EndpointException retryable(ErrorCode code, String message) {
    return builder(code, message).retryable(true).build();
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
    return builder(code, message).concernsMessage(true).cause(cause).build();
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

  /**
   * The backend's own code of the error, as its documentation writes it: an MQTT reason code, an
   * AMQP reply code, a Solace subcode, the name of a Kafka error. Empty if it gave none.
   *
   * @since 1.2
   */
  public Optional<String> backendCode() {
    return Optional.ofNullable(backendCode);
  }

  @Override
  public String toString() {
    return getClass().getSimpleName() + "[" + code() + ": " + getMessage() + "]";
  }

  /**
   * Collects the parts of an error. Not safe for use by more than one thread.
   *
   * @since 1.2
   */
  public static final class Builder {

    private final ErrorCode code;
    private final String message;
    private boolean retryable;
    private boolean concernsMessage;
    private String backendCode;
    private Throwable cause;

    private Builder(ErrorCode code, String message) {
      this.code = Objects.requireNonNull(code, "code");
      this.message = Objects.requireNonNull(message, "message");
    }

    /** Sets whether the same call may succeed later. */
    public Builder retryable(boolean retryable) {
      this.retryable = retryable;
      return this;
    }

    /** Sets whether it concerns the message; see {@link EndpointException#concernsMessage()}. */
    public Builder concernsMessage(boolean concernsMessage) {
      this.concernsMessage = concernsMessage;
      return this;
    }

    /** Sets the backend's own code; null for none. */
    public Builder backendCode(String backendCode) {
      this.backendCode = backendCode;
      return this;
    }

    /** Sets what has caused it; null for nothing. */
    public Builder cause(Throwable cause) {
      this.cause = cause;
      return this;
    }

    /** The error, with the stack of the caller. */
    public EndpointException build() {
      return new EndpointException(this);
    }
  }
}
