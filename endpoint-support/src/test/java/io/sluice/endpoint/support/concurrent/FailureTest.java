/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.concurrent;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.endpoint.EndpointException;
import io.sluice.endpoint.ErrorCode;
import java.io.IOException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;

class FailureTest {

  private final EndpointException known = EndpointException.retryable(ErrorCode.TIMEOUT, "late");

  @Test
  void keepsAnEndpointException() {
    assertThat(Failure.of(known)).isSameAs(known);
  }

  @Test
  void unwrapsWhatFuturesWrap() {
    assertThat(Failure.of(new CompletionException(new ExecutionException(known)))).isSameAs(known);
  }

  @Test
  void turnsAnythingElseIntoAnInternalErrorWithItsCause() {
    IOException cause = new IOException("disk on fire");

    EndpointException failure = Failure.of(new CompletionException(cause));

    assertThat(failure.code()).isEqualTo(ErrorCode.INTERNAL);
    assertThat(failure).hasMessageContaining("disk on fire").hasCause(cause);
  }

  @Test
  void copesWithAWrapperWithoutCause() {
    assertThat(Failure.of(new CompletionException("no cause", null)).code())
        .isEqualTo(ErrorCode.INTERNAL);
  }
}
