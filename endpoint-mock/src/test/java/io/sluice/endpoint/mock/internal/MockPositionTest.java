/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.mock.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.endpoint.EndpointException;
import io.sluice.endpoint.ErrorCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MockPositionTest {

  @Test
  void aGeneratedMessageIsFollowedByTheNext() {
    assertThat(MockPosition.after("41")).isEqualTo(new MockPosition(42, 0));
  }

  @Test
  void anEchoedMessageKeepsThePosition() {
    assertThat(MockPosition.after("42+7")).isEqualTo(new MockPosition(42, 7));
    assertThat(MockPosition.echoFormat(42).render(7)).isEqualTo("42+7");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x", "-1", "1+", "+1", "1.5", "99999999999999999999", "1 "})
  void otherIdsAreUnknown(String id) {
    assertThatThrownBy(() -> MockPosition.after(id))
        .isInstanceOf(EndpointException.class)
        .hasMessageContaining("'" + id + "'")
        .extracting(error -> ((EndpointException) error).code())
        .isEqualTo(ErrorCode.RESUME_POSITION_UNKNOWN);
  }
}
