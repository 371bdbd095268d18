/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint;

import java.util.Objects;
import java.util.regex.Pattern;

/**
 * Names the kind of an {@link EndpointException}, for programs. A value class: codes with the same
 * name are equal. The constants are those that every host knows; a plugin may add codes of its own
 * under its type's name, such as {@code kafka.COORDINATOR_LOADING}.
 */
public final class ErrorCode {

  /** The configuration does not fit the schema. */
  public static final ErrorCode INVALID_CONFIGURATION = new ErrorCode("INVALID_CONFIGURATION");

  /** The backend, or the bundle that serves it, is not there now. */
  public static final ErrorCode UNAVAILABLE = new ErrorCode("UNAVAILABLE");

  /** No server listens at the backend's address. */
  public static final ErrorCode CONNECTION_REFUSED = new ErrorCode("CONNECTION_REFUSED");

  /** The connection to the backend broke. */
  public static final ErrorCode CONNECTION_LOST = new ErrorCode("CONNECTION_LOST");

  /** The backend's host name has no address. */
  public static final ErrorCode DNS_RESOLUTION_FAILED = new ErrorCode("DNS_RESOLUTION_FAILED");

  /** The connection was not made in time. */
  public static final ErrorCode CONNECT_TIMEOUT = new ErrorCode("CONNECT_TIMEOUT");

  /** The backend did not send in time. */
  public static final ErrorCode READ_TIMEOUT = new ErrorCode("READ_TIMEOUT");

  /** Another wait ran out of time; whether the backend did the work is not known. */
  public static final ErrorCode TIMEOUT = new ErrorCode("TIMEOUT");

  /** The TLS handshake failed. */
  public static final ErrorCode TLS_FAILED = new ErrorCode("TLS_FAILED");

  /** The backend refused the credentials. */
  public static final ErrorCode AUTHENTICATION_FAILED = new ErrorCode("AUTHENTICATION_FAILED");

  /** The credentials do not allow the operation. */
  public static final ErrorCode NOT_AUTHORIZED = new ErrorCode("NOT_AUTHORIZED");

  /** The backend has no such topic, queue or exchange. */
  public static final ErrorCode TOPIC_UNKNOWN = new ErrorCode("TOPIC_UNKNOWN");

  /** The backend has no destination for the message. */
  public static final ErrorCode UNROUTABLE = new ErrorCode("UNROUTABLE");

  /** The backend refused the message or request for another reason. */
  public static final ErrorCode REJECTED = new ErrorCode("REJECTED");

  /** The message is larger than the backend or the endpoint allows. */
  public static final ErrorCode MESSAGE_TOO_LARGE = new ErrorCode("MESSAGE_TOO_LARGE");

  /** The message cannot be expressed in the backend's protocol, or not be decoded from it. */
  public static final ErrorCode MESSAGE_INVALID = new ErrorCode("MESSAGE_INVALID");

  /** The request (its overrides, client id or target) cannot be served as it stands. */
  public static final ErrorCode REQUEST_INVALID = new ErrorCode("REQUEST_INVALID");

  /** A bounded window or queue is full; try again later. */
  public static final ErrorCode OVERLOADED = new ErrorCode("OVERLOADED");

  /** No connection of the pool became free. */
  public static final ErrorCode POOL_EXHAUSTED = new ErrorCode("POOL_EXHAUSTED");

  /** The endpoint's configuration does not enable the mode. */
  public static final ErrorCode MODE_DISABLED = new ErrorCode("MODE_DISABLED");

  /** The endpoint cannot resume after a message id. */
  public static final ErrorCode RESUME_UNSUPPORTED = new ErrorCode("RESUME_UNSUPPORTED");

  /** The message id to resume after is malformed or no longer held by the backend. */
  public static final ErrorCode RESUME_POSITION_UNKNOWN = new ErrorCode("RESUME_POSITION_UNKNOWN");

  /** The client id is in use and the backend allows one connection a client id. */
  public static final ErrorCode CLIENT_ID_IN_USE = new ErrorCode("CLIENT_ID_IN_USE");

  /** The endpoint was stopped. */
  public static final ErrorCode ENDPOINT_STOPPED = new ErrorCode("ENDPOINT_STOPPED");

  /** The HTTP backend broke off its response. */
  public static final ErrorCode UPSTREAM_RESET = new ErrorCode("UPSTREAM_RESET");

  /** The HTTP client went away before its response was complete. */
  public static final ErrorCode CLIENT_ABORTED = new ErrorCode("CLIENT_ABORTED");

  /** A fault of the endpoint itself. */
  public static final ErrorCode INTERNAL = new ErrorCode("INTERNAL");

  private static final Pattern NAME = Pattern.compile("([a-z][a-z0-9-]*\\.)?[A-Z][A-Z0-9_]*");

  private final String name;

  private ErrorCode(String name) {
    this.name = name;
  }

  /**
   * The code with a name.
   *
   * @param name upper case with underscores, for a plugin's own codes after {@code <type>.}
   * @throws IllegalArgumentException if the name has another form
   */
  public static ErrorCode of(String name) {
    Objects.requireNonNull(name, "name");
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "not an error code (UPPER_CASE or type.UPPER_CASE): " + name);
    }
    return new ErrorCode(name);
  }

  /** The code's name, never null. */
  public String name() {
    return name;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ErrorCode code && code.name.equals(name);
  }

  @Override
  public int hashCode() {
    return name.hashCode();
  }

  /** The {@link #name()}. */
  @Override
  public String toString() {
    return name;
  }
}
