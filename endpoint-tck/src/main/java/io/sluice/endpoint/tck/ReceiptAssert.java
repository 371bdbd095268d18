/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.tck;

import io.sluice.endpoint.EndpointException;
import io.sluice.endpoint.ErrorCode;
import io.sluice.endpoint.Message;
import io.sluice.endpoint.Receipt;
import org.assertj.core.api.AbstractAssert;

/** Assertions on a {@link Receipt}; {@link EndpointAssertions} makes them. */
public final class ReceiptAssert extends AbstractAssert<ReceiptAssert, Receipt> {

  ReceiptAssert(Receipt actual) {
    super(actual, ReceiptAssert.class);
  }

  /** The backend has taken over the message. */
  public ReceiptAssert isConfirmed() {
    isNotNull();
    if (!actual.isConfirmed()) {
      AssertionError failure = failure("Expected a confirmed receipt, and it is <%s>", actual);
      failure.initCause(error());
      throw failure;
    }
    return this;
  }

  /** The message was rejected, for any reason. */
  public ReceiptAssert isRejected() {
    isNotNull();
    if (actual.isConfirmed()) {
      failWithMessage("Expected a rejected receipt, and it is <%s>", actual);
    }
    return this;
  }

  /**
   * The message was rejected with a code.
   *
   * @return assertions on the error
   */
  public EndpointExceptionAssert isRejectedWith(ErrorCode code) {
    isRejected();
    return new EndpointExceptionAssert(error()).hasCode(code);
  }

  /** It is the receipt of this very message. */
  public ReceiptAssert isFor(Message message) {
    isNotNull();
    if (actual.message() != message) {
      failWithMessage(
          "Expected the receipt of <%s>, and it is that of <%s>", message, actual.message());
    }
    return this;
  }

  private EndpointException error() {
    return actual.error().orElseThrow();
  }
}
