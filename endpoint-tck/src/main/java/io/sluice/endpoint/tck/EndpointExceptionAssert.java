/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.tck;

import io.sluice.endpoint.EndpointException;
import io.sluice.endpoint.ErrorCode;
import org.assertj.core.api.AbstractThrowableAssert;

/** Assertions on an {@link EndpointException}; {@link EndpointAssertions} makes them. */
public final class EndpointExceptionAssert
    extends AbstractThrowableAssert<EndpointExceptionAssert, EndpointException> {

  EndpointExceptionAssert(EndpointException actual) {
    super(actual, EndpointExceptionAssert.class);
  }

  /** It is of a kind. */
  public EndpointExceptionAssert hasCode(ErrorCode code) {
    return satisfied(code.equals(present().code()), "has the code " + code);
  }

  /** The same call may succeed later. */
  public EndpointExceptionAssert isRetryable() {
    return satisfied(present().isRetryable(), "is retryable");
  }

  /** Trying again does not help. */
  public EndpointExceptionAssert isNotRetryable() {
    return satisfied(!present().isRetryable(), "is not retryable");
  }

  /** The message or the request is at fault. */
  public EndpointExceptionAssert concernsMessage() {
    return satisfied(present().concernsMessage(), "concerns the message");
  }

  /** The endpoint or its backend is in trouble, and the message is as good as any other. */
  public EndpointExceptionAssert concernsNoMessage() {
    return satisfied(!present().concernsMessage(), "concerns no message");
  }

  private EndpointException present() {
    isNotNull();
    return actual;
  }

  private EndpointExceptionAssert satisfied(boolean holds, String expectation) {
    if (!holds) {
      AssertionError failure =
          failure("Expected an error that %s, and it is <%s>", expectation, actual);
      failure.initCause(actual);
      throw failure;
    }
    return this;
  }
}
