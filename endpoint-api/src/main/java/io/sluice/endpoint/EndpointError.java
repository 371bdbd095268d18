/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint;

import java.time.Instant;
import java.util.Objects;

/** The last error of an endpoint, as its status reports it. Immutable. */
public final class EndpointError {

  private final ErrorCode code;
  private final String message;
  private final Instant time;

  private EndpointError(ErrorCode code, String message, Instant time) {
    this.code = Objects.requireNonNull(code, "code");
    this.message = Objects.requireNonNull(message, "message");
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
    return new EndpointError(code, message, time);
  }

  /** The kind of the error. */
  public ErrorCode code() {
    return code;
  }

  /** What happened, for people. */
  public String message() {
    return message;
  }

  /** When it happened. */
  public Instant time() {
    return time;
  }

  @Override
  public String toString() {
    return code + ": " + message + " (" + time + ")";
  }
}
