/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.mock.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.concurrent.Flow;
import org.junit.jupiter.api.Test;

class BytesBodyTest {

  private final BytesBody body = new BytesBody(new byte[] {1, 2, 3});
  private final TestSubscriber<ByteBuffer> reader = new TestSubscriber<>();

  @Test
  void comesInOneBufferThatCannotBeWritten() {
    body.subscribe(reader);
    assertThat(reader.items()).isEmpty();

    reader.request(5);

    assertThat(reader.items()).containsExactly(ByteBuffer.wrap(new byte[] {1, 2, 3}));
    assertThat(reader.item(0).isReadOnly()).isTrue();
    assertThat(reader.isCompleted()).isTrue();
  }

  @Test
  void comesOnce() {
    body.subscribe(reader);

    reader.request(1).request(1);

    assertThat(reader.items()).hasSize(1);
  }

  @Test
  void everyReaderHasItsOwnPosition() {
    TestSubscriber<ByteBuffer> other = new TestSubscriber<>();
    body.subscribe(reader);
    body.subscribe(other);
    reader.request(1);

    reader.item(0).get();

    assertThat(other.request(1).item(0).remaining()).isEqualTo(3);
  }

  @Test
  void requestingNothingIsAnError() {
    body.subscribe(reader);

    reader.request(0).request(1);

    assertThat(reader.error()).isInstanceOf(IllegalArgumentException.class);
    assertThat(reader.items()).isEmpty();
    assertThat(reader.isCompleted()).isFalse();
  }

  @Test
  void whoCancelsHearsNothing() {
    body.subscribe(reader);

    reader.cancel();
    reader.request(1);

    assertThat(reader.items()).isEmpty();
    assertThat(reader.isCompleted()).isFalse();
  }

  @Test
  void whoCancelsOnTheBufferHearsNoEnd() {
    Flow.Subscription[] subscription = new Flow.Subscription[1];
    TestSubscriber<ByteBuffer> cancelling =
        new TestSubscriber<>(buffer -> subscription[0].cancel());
    body.subscribe(
        new Flow.Subscriber<>() {
          @Override
          public void onSubscribe(Flow.Subscription opened) {
            subscription[0] = opened;
            cancelling.onSubscribe(opened);
          }

          @Override
          public void onNext(ByteBuffer buffer) {
            cancelling.onNext(buffer);
          }

          @Override
          public void onError(Throwable error) {
            cancelling.onError(error);
          }

          @Override
          public void onComplete() {
            cancelling.onComplete();
          }
        });

    cancelling.request(1);

    assertThat(cancelling.items()).hasSize(1);
    assertThat(cancelling.isCompleted()).isFalse();
  }
}
