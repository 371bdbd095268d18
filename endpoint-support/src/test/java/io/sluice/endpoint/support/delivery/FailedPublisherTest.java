/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.endpoint.EndpointException;
import io.sluice.endpoint.ErrorCode;
import io.sluice.endpoint.support.testing.RecordingSubscriber;
import org.junit.jupiter.api.Test;

class FailedPublisherTest {

  private final EndpointException error = new EndpointException(ErrorCode.MODE_DISABLED, "off");

  @Test
  void failsEverySubscriberAfterOnSubscribe() {
    FailedPublisher<String> publisher = FailedPublisher.of(error);
    for (int i = 0; i < 2; i++) {
      RecordingSubscriber<String> subscriber = new RecordingSubscriber<>(1);

      publisher.subscribe(subscriber);

      assertThat(subscriber.subscription()).isNotNull();
      assertThat(subscriber.error()).isSameAs(error);
      assertThat(subscriber.terminations()).isEqualTo(1);
    }
  }

  @Test
  void refusesANullSubscriber() {
    assertThatThrownBy(() -> FailedPublisher.of(error).subscribe(null))
        .isInstanceOf(NullPointerException.class);
  }
}
