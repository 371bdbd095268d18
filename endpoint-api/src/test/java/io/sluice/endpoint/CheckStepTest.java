/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CheckStepTest {

  @Test
  void aStepSaysWhatCameOfIt() {
    CheckStep passed = CheckStep.passed(CheckStep.RESOLVE, "broker: 10.0.0.7");
    CheckStep failed =
        CheckStep.failed(
            CheckStep.AUTHENTICATE,
            EndpointException.builder(ErrorCode.AUTHENTICATION_FAILED, "wrong password")
                .backendCode("0x87")
                .build());
    CheckStep skipped = CheckStep.skipped(CheckStep.DESTINATION, "not connected");

    assertThat(passed.outcome()).isEqualTo(CheckStep.Outcome.PASSED);
    assertThat(passed.code()).isEmpty();
    assertThat(passed.backendCode()).isEmpty();
    assertThat(failed.backendCode()).contains("0x87");
    assertThat(passed).hasToString("resolve PASSED: broker: 10.0.0.7");
    assertThat(failed.outcome()).isEqualTo(CheckStep.Outcome.FAILED);
    assertThat(failed.code()).contains(ErrorCode.AUTHENTICATION_FAILED);
    assertThat(failed.message()).isEqualTo("wrong password");
    assertThat(skipped.outcome()).isEqualTo(CheckStep.Outcome.SKIPPED);
    assertThat(passed)
        .isEqualTo(CheckStep.passed("resolve", "broker: 10.0.0.7"))
        .hasSameHashCodeAs(CheckStep.passed("resolve", "broker: 10.0.0.7"))
        .isNotEqualTo(skipped);
  }

  @Test
  void aFactoryNeedNotCheckAnything() {
    EndpointFactory factory =
        new EndpointFactory() {
          @Override
          public EndpointType type() {
            throw new UnsupportedOperationException();
          }

          @Override
          public Endpoint create(EndpointConfiguration configuration) {
            throw new UnsupportedOperationException();
          }
        };

    assertThat(factory.check(EndpointConfiguration.of("a", Map.of()), Duration.ofSeconds(1)))
        .isCompletedWithValueMatching(java.util.List::isEmpty);
  }
}
