/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
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

  @Test
  void theBackendsOwnCodeGoesWithTheError() {
    EndpointException error =
        EndpointException.builder(ErrorCode.NOT_AUTHORIZED, "may not publish")
            .backendCode("0x87")
            .retryable(true)
            .cause(new IllegalStateException("cause"))
            .build();

    assertThat(error.backendCode()).contains("0x87");
    assertThat(error.isRetryable()).isTrue();
    assertThat(error).hasMessage("may not publish").hasRootCauseMessage("cause");
    assertThat(new EndpointException(ErrorCode.TIMEOUT, "x").backendCode()).isEmpty();
    EndpointError last = EndpointError.of(error, Instant.EPOCH);
    assertThat(last.backendCode()).contains("0x87");
    assertThat(last).hasToString("NOT_AUTHORIZED (0x87): may not publish (1970-01-01T00:00:00Z)");
    assertThat(EndpointError.of(ErrorCode.TIMEOUT, "late", Instant.EPOCH))
        .hasToString("TIMEOUT: late (1970-01-01T00:00:00Z)");
  }

  private static final class Told extends EndpointException {

    private static final long serialVersionUID = 1L;

    Told(ErrorCode code, boolean concernsMessage) {
      super(builder(code, "x").concernsMessage(concernsMessage));
    }
  }
}
