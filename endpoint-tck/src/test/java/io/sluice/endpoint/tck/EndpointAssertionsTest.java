/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.tck;

import static io.sluice.endpoint.tck.EndpointAssertions.assertThat;
import static io.sluice.endpoint.tck.EndpointAssertions.assertThatFailure;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.endpoint.Attributes;
import io.sluice.endpoint.EndpointError;
import io.sluice.endpoint.EndpointException;
import io.sluice.endpoint.EndpointState;
import io.sluice.endpoint.EndpointStatus;
import io.sluice.endpoint.ErrorCode;
import io.sluice.endpoint.Message;
import io.sluice.endpoint.Receipt;
import java.time.Instant;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class EndpointAssertionsTest {

  private static final EndpointException LARGE =
      EndpointException.ofMessage(ErrorCode.MESSAGE_TOO_LARGE, "too large", null);
  private static final EndpointException LOST =
      EndpointException.retryable(ErrorCode.CONNECTION_LOST, "cut");

  private final Message message = Message.of("x");
  private final Receipt confirmed = Receipt.confirmed(message, Attributes.empty());
  private final Receipt rejected = Receipt.rejected(message, LARGE);
  private final EndpointStatus up = EndpointStatus.builder(EndpointState.UP, Instant.EPOCH).build();
  private final EndpointStatus down =
      EndpointStatus.builder(EndpointState.DOWN, Instant.EPOCH)
          .reason("cut")
          .lastError(EndpointError.of(LOST, Instant.EPOCH))
          .build();

  @Test
  void receipts() {
    assertThat(confirmed).isConfirmed().isFor(message);
    assertThat(rejected).isRejected().isFor(message);
    assertThat(rejected).isRejectedWith(ErrorCode.MESSAGE_TOO_LARGE).concernsMessage();

    fails(() -> assertThat(rejected).isConfirmed(), "MESSAGE_TOO_LARGE: too large");
    fails(() -> assertThat(confirmed).isRejected(), "confirmed");
    fails(() -> assertThat(rejected).isRejectedWith(ErrorCode.TIMEOUT), "TIMEOUT");
    fails(() -> assertThat(confirmed).isRejectedWith(ErrorCode.TIMEOUT), "confirmed");
    fails(() -> assertThat(confirmed).isFor(Message.of("x")), "receipt of");
    fails(() -> assertThat((Receipt) null).isConfirmed(), "null");
  }

  @Test
  void statuses() {
    assertThat(up).isUp();
    assertThat(down).isDown().hasReason().hasLastError(ErrorCode.CONNECTION_LOST);
    assertThat(up.toBuilder().build()).hasState(EndpointState.UP);

    fails(() -> assertThat(down).isUp(), "DOWN (cut)");
    fails(() -> assertThat(up).isDown(), "DOWN");
    fails(() -> assertThat(up).isDraining(), "DRAINING");
    fails(() -> assertThat(up).isStopped(), "STOPPED");
    fails(() -> assertThat(up).hasReason(), "there is none");
    fails(() -> assertThat(up).hasLastError(ErrorCode.TIMEOUT), "TIMEOUT");
    fails(() -> assertThat(down).hasLastError(ErrorCode.TIMEOUT), "CONNECTION_LOST");
  }

  @Test
  void errors() {
    assertThat(LARGE).hasCode(ErrorCode.MESSAGE_TOO_LARGE).isNotRetryable().concernsMessage();
    assertThat(LOST).hasMessage("cut").isRetryable().concernsNoMessage();
    assertThatFailure(LOST).hasCode(ErrorCode.CONNECTION_LOST);

    fails(() -> assertThat(LARGE).hasCode(ErrorCode.TIMEOUT), "MESSAGE_TOO_LARGE");
    fails(() -> assertThat(LARGE).isRetryable(), "is retryable");
    fails(() -> assertThat(LOST).isNotRetryable(), "is not retryable");
    fails(() -> assertThat(LOST).concernsMessage(), "concerns the message");
    fails(() -> assertThat(LARGE).concernsNoMessage(), "concerns no message");
    fails(() -> assertThatFailure(new IllegalStateException("odd")), "odd");
    fails(() -> assertThatFailure(null), "null");
  }

  private static void fails(ThrowingCallable assertion, String told) {
    assertThatThrownBy(assertion).isInstanceOf(AssertionError.class).hasMessageContaining(told);
  }
}
