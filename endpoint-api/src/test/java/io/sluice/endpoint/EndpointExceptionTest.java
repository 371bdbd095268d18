/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class EndpointExceptionTest {

  @Test
  void theCodeSaysWhetherAnErrorConcernsTheMessage() {
    assertThat(new EndpointException(ErrorCode.MESSAGE_TOO_LARGE, "x").concernsMessage()).isTrue();
    assertThat(new EndpointException(ErrorCode.UNROUTABLE, "x").concernsMessage()).isTrue();
    assertThat(new EndpointException(ErrorCode.NOT_AUTHORIZED, "x").concernsMessage()).isFalse();
    assertThat(EndpointException.retryable(ErrorCode.TIMEOUT, "x").concernsMessage()).isFalse();
  }

  @Test
  void anErrorThatOtherwiseConcernsTheEndpointMayConcernTheMessage() {
    EndpointException error =
        EndpointException.ofMessage(ErrorCode.TOPIC_UNKNOWN, "there is no topic 'x'", null);

    assertThat(error.concernsMessage()).isTrue();
    assertThat(error.isRetryable()).isFalse();
    assertThat(new EndpointException(ErrorCode.TOPIC_UNKNOWN, "x").concernsMessage()).isFalse();
  }

  @Test
  void aSubclassMaySayThatItConcernsTheMessageButNotDenyWhatItsCodeSays() {
    assertThat(new Told(ErrorCode.REJECTED, true).concernsMessage()).isTrue();
    assertThat(new Told(ErrorCode.REJECTED, false).concernsMessage()).isFalse();
    assertThat(new Told(ErrorCode.UNROUTABLE, false).concernsMessage()).isTrue();
  }

  private static final class Told extends EndpointException {

    private static final long serialVersionUID = 1L;

    Told(ErrorCode code, boolean concernsMessage) {
      super(code, "x", false, concernsMessage, null);
    }
  }
}
