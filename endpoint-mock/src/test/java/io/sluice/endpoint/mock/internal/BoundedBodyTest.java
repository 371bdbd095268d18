/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.mock.internal;

import static io.sluice.endpoint.mock.internal.MockFixture.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.endpoint.EndpointException;
import io.sluice.endpoint.ErrorCode;
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
  private final TestSubscriber<ByteBuffer> reader = new TestSubscriber<>();

  @Test
  void passesWhatFits() {
    open();
    source.submit(ByteBuffer.allocate(10));
    source.close();

    reader.awaitCompletion();

    eventually().until(() -> ends.equals(List.of("10 null")));
  }

  @Test
  void breaksOffAtTheLimitWithoutTheBufferTooMuch() {
    open();
    source.submit(ByteBuffer.allocate(9));
    source.submit(ByteBuffer.allocate(2));
    source.submit(ByteBuffer.allocate(1));

    assertThat(reader.awaitError()).hasMessageContaining("10 bytes");

    assertThat(reader.items()).hasSize(1);
    eventually().until(() -> !source.hasSubscribers());
    assertThat(ends).hasSize(1).first().asString().startsWith("9 ");
  }

  @Test
  void isBrokenOffWhileNothingComes() {
    open();

    body.fail(STOPPED);
    body.fail(STOPPED);

    assertThat(reader.awaitError()).isSameAs(STOPPED);
    eventually().until(() -> !source.hasSubscribers());
    assertThat(ends).hasSize(1);
  }

  @Test
  void isBrokenOffBeforeAnybodyReads() {
    body.fail(STOPPED);

    body.subscribe(reader);

    assertThat(reader.awaitError()).isSameAs(STOPPED);
  }

  @Test
  void aReaderThatCancelsHearsNothingMore() {
    open();

    reader.cancel();

    eventually().until(() -> !source.hasSubscribers());
    assertThat(ends).hasSize(1);
    assertThat(reader.error()).isNull();
    assertThat(reader.isCompleted()).isFalse();
  }

  @Test
  void isReadOnce() {
    open();
    TestSubscriber<ByteBuffer> second = new TestSubscriber<>();

    body.subscribe(second);

    assertThat(second.awaitError()).isInstanceOf(IllegalStateException.class);
  }

  private void open() {
    body.subscribe(reader);
    eventually().until(source::hasSubscribers);
    reader.request(Long.MAX_VALUE);
  }
}
