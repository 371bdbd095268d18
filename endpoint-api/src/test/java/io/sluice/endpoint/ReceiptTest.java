/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class ReceiptTest {

  private final Message message = Message.of("m");

  @Test
  void aConfirmedReceiptSaysWhereTheMessageWent() {
    Receipt receipt = Receipt.confirmed(message, Attributes.of("kafka.offset", 3L));

    assertThat(receipt.orThrow()).isSameAs(receipt);
    assertThat(receipt.message()).isSameAs(message);
    assertThat(receipt.attributes().get("kafka.offset")).isEqualTo(3L);
    assertThat(receipt.error()).isEmpty();
  }

  @Test
  void aRejectedReceiptSaysWhy() {
    EndpointException error = EndpointException.retryable(ErrorCode.OVERLOADED, "window is full");
    Receipt receipt = Receipt.rejected(message, error);

    assertThat(receipt.isConfirmed()).isFalse();
    assertThat(receipt.attributes().isEmpty()).isTrue();
    assertThatThrownBy(receipt::orThrow).isSameAs(error);
  }

  @Test
  void aRejectedReceiptMayHoldWhatTheBackendReturned() {
    Receipt receipt =
        Receipt.rejected(
            message,
            new EndpointException(ErrorCode.UNROUTABLE, "no queue is bound"),
            Attributes.of("rabbitmq.replyCode", 312));

    assertThat(receipt.isConfirmed()).isFalse();
    assertThat(receipt.attributes().get("rabbitmq.replyCode")).isEqualTo(312);
  }
}
