/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ErrorCodeTest {

  @Test
  void codesOfTheSameNameAreEqual() {
    assertThat(ErrorCode.of("TIMEOUT")).isEqualTo(ErrorCode.TIMEOUT).hasToString("TIMEOUT");
    assertThat(ErrorCode.of("kafka.FENCED")).isNotEqualTo(ErrorCode.of("FENCED"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "timeout", "kafka.", "Kafka.X", "A B", "a.b.C"})
  void refusesNamesOfAnotherForm(String name) {
    assertThatThrownBy(() -> ErrorCode.of(name)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void anExceptionSurvivesSerialization() throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(EndpointException.retryable(ErrorCode.TIMEOUT, "too slow"));
    }

    EndpointException copy;
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      copy = (EndpointException) in.readObject();
    }

    assertThat(copy).hasMessage("too slow");
    assertThat(copy.isRetryable()).isTrue();
    assertThat(copy.code()).isEqualTo(ErrorCode.INTERNAL);
  }
}
