/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.tck;

import io.sluice.endpoint.EndpointException;
import io.sluice.endpoint.EndpointStatus;
import io.sluice.endpoint.Receipt;
import org.assertj.core.api.Assertions;

/**
 * Assertions on what endpoints hand out, in the style of AssertJ; to be imported beside AssertJ's
 * own.
 *
 * <pre>{@code
 * assertThat(receipt).isRejectedWith(ErrorCode.OVERLOADED);
 * assertThat(endpoint.status()).isUp();
 * assertThatFailure(thrown).hasCode(ErrorCode.TIMEOUT).isRetryable();
 * }</pre>
 */
public final class EndpointAssertions {

  private EndpointAssertions() {}

  /** Assertions on a receipt; one that is null fails each of them. */
  public static ReceiptAssert assertThat(Receipt receipt) {
    return new ReceiptAssert(receipt);
  }

  /** Assertions on a status; one that is null fails each of them. */
  public static EndpointStatusAssert assertThat(EndpointStatus status) {
    return new EndpointStatusAssert(status);
  }

  /** Assertions on an error; one that is null fails each of them. */
  public static EndpointExceptionAssert assertThat(EndpointException error) {
    return new EndpointExceptionAssert(error);
  }

  /**
   * Assertions on the error that a stage or a stream has failed with.
   *
   * @param failure null if it has not failed
   * @throws AssertionError if it is no {@link EndpointException}
   */
  public static EndpointExceptionAssert assertThatFailure(Throwable failure) {
    Assertions.assertThat(failure).isInstanceOf(EndpointException.class);
    return assertThat((EndpointException) failure);
  }
}
