/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint;

import java.util.Objects;
import java.util.Optional;

/**
 * One step of a {@linkplain EndpointFactory#check check} of a configuration against its backend.
 * Immutable.
 */
public final class CheckStep {

  /** Name of a step: the host name is looked up. */
  public static final String RESOLVE = "resolve";

  /** Name of a step: a server accepts a connection. */
  public static final String CONNECT = "connect";

  /** Name of a step: both sides trust each other. */
  public static final String TLS = "tls";

  /** Name of a step: the backend accepts the credentials. */
  public static final String AUTHENTICATE = "authenticate";

  /** Name of a step: a topic or queue is there and may be used. */
  public static final String DESTINATION = "destination";

  /** What came of a step. */
  public enum Outcome {
    /** It succeeded. */
    PASSED,
    /** It failed. */
    FAILED,
    /** It was not tried: an earlier one failed, the time was over, or it does not apply. */
    SKIPPED
  }

  private final String name;
  private final Outcome outcome;
  private final String message;
  private final ErrorCode code;
  private final String backendCode;

  private CheckStep(
      String name, Outcome outcome, String message, ErrorCode code, String backendCode) {
    this.name = Objects.requireNonNull(name, "name");
    this.outcome = outcome;
    this.message = Objects.requireNonNull(message, "message");
    this.code = code;
    this.backendCode = backendCode;
  }

  /**
   * A step that succeeded.
   *
   * @param name one of the constants, or another name in lower case, not null
   * @param message what was found, for people, without secrets, not null
   */
  public static CheckStep passed(String name, String message) {
    return new CheckStep(name, Outcome.PASSED, message, null, null);
  }

  /**
   * A step that failed.
   *
   * @param name as of {@link #passed}
   * @param error its codes and its message, which holds the backend's words and no secret
   */
  public static CheckStep failed(String name, EndpointException error) {
    return new CheckStep(
        name, Outcome.FAILED, error.getMessage(), error.code(), error.backendCode().orElse(null));
  }

  /**
   * A step that was not tried.
   *
   * @param name as of {@link #passed}
   * @param message why, for people, not null
   */
  public static CheckStep skipped(String name, String message) {
    return new CheckStep(name, Outcome.SKIPPED, message, null, null);
  }

  /** Which step it is, never null. */
  public String name() {
    return name;
  }

  /** What came of it, never null. */
  public Outcome outcome() {
    return outcome;
  }

  /** What was found, for people; never null. */
  public String message() {
    return message;
  }

  /** What kind of failure it was; empty unless it {@linkplain Outcome#FAILED failed}. */
  public Optional<ErrorCode> code() {
    return Optional.ofNullable(code);
  }

  /**
   * The {@linkplain EndpointException#backendCode() backend's own code}; empty unless it failed and
   * the backend gave one.
   */
  public Optional<String> backendCode() {
    return Optional.ofNullable(backendCode);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof CheckStep that
        && name.equals(that.name)
        && outcome == that.outcome
        && message.equals(that.message)
        && Objects.equals(code, that.code)
        && Objects.equals(backendCode, that.backendCode);
  }

  @Override
  public int hashCode() {
    return Objects.hash(name, outcome, message, code, backendCode);
  }

  @Override
  public String toString() {
    return name + " " + outcome + (message.isEmpty() ? "" : ": " + message);
  }
}
