/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.exchange;

import static io.sluice.endpoint.support.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.endpoint.EndpointException;
import io.sluice.endpoint.ErrorCode;
import io.sluice.endpoint.support.testing.RecordingSubscriber;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.SubmissionPublisher;
import org.junit.jupiter.api.Test;

class BoundedBodyTest {

  private static final EndpointException STOPPED =
      new EndpointException(ErrorCode.ENDPOINT_STOPPED, "stopped on purpose");

  private final SubmissionPublisher<ByteBuffer> source = new SubmissionPublisher<>();
  private final List<String> ends = new CopyOnWriteArrayList<>();
  private final BoundedBody body =
      new BoundedBody(source, 10, (bytes, error) -> ends.add(bytes + " " + error));
  private final RecordingSubscriber<ByteBuffer> reader = new RecordingSubscriber<>();

  @Test
  void passesWhatFits() {
    open();
    source.submit(ByteBuffer.allocate(10));
    source.close();

    eventually().until(reader::isComplete);

    eventually().until(() -> ends.equals(List.of("10 null")));
  }

  @Test
  void breaksOffAtTheLimitWithoutTheBufferTooMuch() {
    open();
    source.submit(ByteBuffer.allocate(9));
    source.submit(ByteBuffer.allocate(2));
    source.submit(ByteBuffer.allocate(1));

    assertThat(awaitError(reader)).hasMessageContaining("10 bytes");

    assertThat(reader.items()).hasSize(1);
    eventually().until(() -> !source.hasSubscribers());
    eventually().until(() -> !ends.isEmpty());
    assertThat(ends).hasSize(1).first().asString().startsWith("9 ");
  }

  @Test
  void isBrokenOffWhileNothingComes() {
    open();

    body.fail(STOPPED);
    body.fail(STOPPED);

    assertThat(awaitError(reader)).isSameAs(STOPPED);
    eventually().until(() -> !source.hasSubscribers());
    assertThat(ends).hasSize(1);
  }

  @Test
  void isBrokenOffBeforeAnybodyReads() {
    body.fail(STOPPED);

    body.subscribe(reader);

    assertThat(awaitError(reader)).isSameAs(STOPPED);
  }

  @Test
  void aReaderThatCancelsHearsNothingMore() {
    open();

    reader.subscription().cancel();

    eventually().until(() -> !source.hasSubscribers());
    assertThat(ends).hasSize(1);
    assertThat(reader.error()).isNull();
    assertThat(reader.isComplete()).isFalse();
  }

  @Test
  void isReadOnce() {
    open();
    RecordingSubscriber<ByteBuffer> second = new RecordingSubscriber<>();

    body.subscribe(second);

    assertThat(awaitError(second)).isInstanceOf(IllegalStateException.class);
  }

  private static Throwable awaitError(RecordingSubscriber<?> subscriber) {
    eventually().until(() -> subscriber.error() != null);
    return subscriber.error();
  }

  private void open() {
    body.subscribe(reader);
    eventually().until(() -> reader.subscription() != null); // comes on the source's thread
    reader.subscription().request(Long.MAX_VALUE);
  }
}
