/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.endpoint.support.testing.RecordingSubscriber;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class BytesBodyTest {

  private final BytesBody body = new BytesBody(new byte[] {1, 2, 3});
  private final RecordingSubscriber<ByteBuffer> reader = new RecordingSubscriber<>();

  @Test
  void comesInOneBufferThatCannotBeWritten() {
    body.subscribe(reader);
    assertThat(reader.items()).isEmpty();

    reader.subscription().request(5);

    assertThat(reader.items()).containsExactly(ByteBuffer.wrap(new byte[] {1, 2, 3}));
    assertThat(reader.items().get(0).isReadOnly()).isTrue();
    assertThat(reader.isComplete()).isTrue();
  }

  @Test
  void comesOnce() {
    body.subscribe(reader);

    reader.subscription().request(1);
    reader.subscription().request(1);

    assertThat(reader.items()).hasSize(1);
  }

  @Test
  void everyReaderHasItsOwnPosition() {
    RecordingSubscriber<ByteBuffer> other = new RecordingSubscriber<>();
    body.subscribe(reader);
    body.subscribe(other);
    reader.subscription().request(1);

    reader.items().get(0).get();

    other.subscription().request(1);
    assertThat(other.items().get(0).remaining()).isEqualTo(3);
  }

  @Test
  void requestingNothingIsAnError() {
    body.subscribe(reader);

    reader.subscription().request(0);
    reader.subscription().request(1);

    assertThat(reader.error()).isInstanceOf(IllegalArgumentException.class);
    assertThat(reader.items()).isEmpty();
    assertThat(reader.isComplete()).isFalse();
  }

  @Test
  void whoCancelsHearsNothing() {
    body.subscribe(reader);

    reader.subscription().cancel();
    reader.subscription().request(1);

    assertThat(reader.items()).isEmpty();
    assertThat(reader.isComplete()).isFalse();
  }

  @Test
  void whoCancelsOnTheBufferHearsNoEnd() {
    RecordingSubscriber<ByteBuffer> cancelling =
        new RecordingSubscriber<>() {
          @Override
          public void onNext(ByteBuffer buffer) {
            super.onNext(buffer);
            subscription().cancel();
          }
        };
    body.subscribe(cancelling);

    cancelling.subscription().request(1);

    assertThat(cancelling.items()).hasSize(1);
    assertThat(cancelling.isComplete()).isFalse();
  }
}
