/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.host.http;

import io.sluice.endpoint.EndpointException;
import io.sluice.endpoint.ErrorCode;
import java.util.concurrent.CompletionException;

/** A request that ends with an error: the status, and the code and message of the JSON body. */
final class HttpFailure extends RuntimeException {

  static final String NOT_FOUND = "NOT_FOUND";
  static final String METHOD_NOT_ALLOWED = "METHOD_NOT_ALLOWED";

  private static final long serialVersionUID = 1L;

  private final int status;
  private final String code;
  private final String backendCode;
  private final boolean retryable;
  private final String allow;

  private HttpFailure(
      int status,
      String code,
      String backendCode,
      String message,
      boolean retryable,
      String allow) {
    super(message, null, false, false);
    this.status = status;
    this.code = code;
    this.backendCode = backendCode;
    this.retryable = retryable;
    this.allow = allow;
  }

  static HttpFailure of(int status, String code, String message) {
    return new HttpFailure(status, code, null, message, false, null);
  }

  static HttpFailure badRequest(String message) {
    return of(400, ErrorCode.REQUEST_INVALID.name(), message);
  }

  static HttpFailure notFound(String message) {
    return of(404, NOT_FOUND, message);
  }

  /**
   * The method is not one that the resource has.
   *
   * @param allow the methods that it has, as the Allow header lists them
   */
  static HttpFailure methodNotAllowed(String method, String allow) {
    return new HttpFailure(
        405,
        METHOD_NOT_ALLOWED,
        null,
        method + " is not possible here, only " + allow,
        false,
        allow);
  }

  /** What a failure of an endpoint is to an HTTP client. */
  static HttpFailure of(Throwable failure) {
    Throwable cause = failure;
    while (cause instanceof CompletionException && cause.getCause() != null) {
      cause = cause.getCause();
    }
    if (cause instanceof HttpFailure known) {
      return known;
    }
    if (cause instanceof EndpointException known) {
      return new HttpFailure(
          status(known),
          known.code().name(),
          known.backendCode().orElse(null),
          known.getMessage(),
          known.isRetryable(),
          null);
    }
    return of(500, ErrorCode.INTERNAL.name(), "unexpected: " + cause);
  }

  /** An error that concerns the message or the request is the client's: a 4xx. */
  private static int status(EndpointException error) {
    int status = status(error.code());
    if (!error.concernsMessage() || status < 500) {
      return status;
    }
    return error.code().equals(ErrorCode.TOPIC_UNKNOWN) ? 404 : 422;
  }

  private static int status(ErrorCode code) {
    return switch (code.name()) {
      case "REQUEST_INVALID", "MESSAGE_INVALID", "RESUME_UNSUPPORTED", "CLIENT_ABORTED" -> 400;
      case "MODE_DISABLED", "CLIENT_ID_IN_USE" -> 409;
      case "RESUME_POSITION_UNKNOWN" -> 410;
      case "MESSAGE_TOO_LARGE" -> 413;
      case "INTERNAL" -> 500;
      case "OVERLOADED",
          "POOL_EXHAUSTED",
          "UNAVAILABLE",
          "ENDPOINT_STOPPED",
          "INVALID_CONFIGURATION" ->
          503;
      case "TIMEOUT", "CONNECT_TIMEOUT", "READ_TIMEOUT" -> 504;
      default -> 502;
    };
  }

  int status() {
    return status;
  }

  String code() {
    return code;
  }

  /** The backend's own code; null if it gave none. */
  String backendCode() {
    return backendCode;
  }

  boolean isRetryable() {
    return retryable;
  }

  /** The methods of the Allow header; null for none. */
  String allow() {
    return allow;
  }
}
