/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.rabbitmq.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.sluice.endpoint.EndpointException;
import io.sluice.endpoint.ErrorCode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RabbitmqPositionTest {

  @ParameterizedTest
  @ValueSource(strings = {"orders", "a#1", "#", "\u20ac uro"})
  void anIdIsReadAsItWasWritten(String queue) {
    String id = RabbitmqPosition.format(queue).render(17);

    assertThat(id).isEqualTo(queue + "#17");
    assertThat(RabbitmqPosition.after(id, queue)).isEqualTo(18);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "orders",
        "orders#",
        "orders#x",
        "orders#-1",
        "orders#1#2",
        "orders#9999999999999999999",
        "others#17",
        "17",
        "orders@0#17"
      })
  void whatIsNoIdOfTheStreamIsRefused(String id) {
    EndpointException refusal =
        catchThrowableOfType(EndpointException.class, () -> RabbitmqPosition.after(id, "orders"));

    assertThat(refusal.code()).isEqualTo(ErrorCode.RESUME_POSITION_UNKNOWN);
  }
}
