/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint;

import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/** The last error of an endpoint, as its status reports it. Immutable. */
public final class EndpointError {

  private final ErrorCode code;
  private final String message;
  private final String backendCode;
  private final Instant time;

  private EndpointError(ErrorCode code, String message, String backendCode, Instant time) {
    this.code = Objects.requireNonNull(code, "code");
    this.message = Objects.requireNonNull(message, "message");
    this.backendCode = backendCode;
    this.time = Objects.requireNonNull(time, "time");
  }

  /**
   * An error.
   *
   * @param code not null
   * @param message for people, without secrets
   * @param time when it happened
   */
  public static EndpointError of(ErrorCode code, String message, Instant time) {
    return new EndpointError(code, message, null, time);
  }

  /**
   * An error that was thrown or signalled.
   *
   * @param error not null
   * @param time when it happened
   * @since 1.2
   */
  public static EndpointError of(EndpointException error, Instant time) {
    return new EndpointError(
        error.code(), String.valueOf(error.getMessage()), error.backendCode().orElse(null), time);
  }

  /** The kind of the error. */
  public ErrorCode code() {
    return code;
  }

  /** What happened, for people. */
  public String message() {
    return message;
  }

  /**
   * The {@linkplain EndpointException#backendCode() backend's own code}; empty if it gave none.
   *
   * @since 1.2
   */
  public Optional<String> backendCode() {
    return Optional.ofNullable(backendCode);
  }

  /** When it happened. */
  public Instant time() {
    return time;
  }

  @Override
  public String toString() {
    return code
        + (backendCode == null ? "" : " (" + backendCode + ")")
        + ": "
        + message
        + " ("
        + time
        + ")";
  }
}
