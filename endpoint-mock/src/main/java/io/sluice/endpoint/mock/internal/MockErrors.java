/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.mock.internal;

import io.sluice.endpoint.EndpointException;
import io.sluice.endpoint.ErrorCode;

/** The failures that a configuration asks for. */
final class MockErrors {

  /** The code of failures that end the endpoint. */
  private static final ErrorCode FAULT = ErrorCode.of("mock.FAULT");

  private MockErrors() {}

  /** Why an endpoint that is to fail does not start. */
  static EndpointException failedStart() {
    return new EndpointException(FAULT, "failed on purpose: faults.failStart");
  }

  /** Why an endpoint that has delivered enough has failed. */
  static EndpointException failedAfter() {
    return new EndpointException(FAULT, "failed on purpose: faults.failAfter");
  }

  /** Why a message was not published. */
  static EndpointException rejected() {
    return new EndpointException(
        ErrorCode.REJECTED, "rejected on purpose: faults.publishErrorRate");
  }

  /** Why the connection has broken. */
  static EndpointException disconnected() {
    return EndpointException.retryable(
        ErrorCode.CONNECTION_LOST, "disconnected on purpose: faults.disconnectEvery");
  }
}
