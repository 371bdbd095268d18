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
import java.util.concurrent.Flow;
import java.util.concurrent.SubmissionPublisher;
import org.junit.jupiter.api.Test;

class BoundedBodyTest {

  private static final EndpointException STOPPED =
      new EndpointException(ErrorCode.ENDPOINT_STOPPED, "stopped on purpose");

  private final SubmissionPublisher<ByteBuffer> source = new SubmissionPublisher<>();
  private final List<String> ends = new CopyOnWriteArrayList<>();
  private final BoundedBody body = new BoundedBody(source, 10, this::ended);
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

  /** Signals within {@code request}, and completes when it is not cancelled. */
  @Test
  void aBodyThatSignalsAtOnceIsBrokenOffAtTheLimitToo() {
    BoundedBody eager = new BoundedBody(new BytesBody(new byte[11]), 10, this::ended);
    RecordingSubscriber<ByteBuffer> atOnce = new RecordingSubscriber<>(Long.MAX_VALUE);

    eager.subscribe(atOnce);

    assertThat(atOnce.error()).hasMessageContaining("10 bytes");
    assertThat(atOnce.terminations()).isOne();
    assertThat(ends).singleElement().asString().startsWith("0 ").contains("10 bytes");
  }

  @Test
  void aBodyWithoutEndThatSignalsAtOnceIsCancelledAtTheLimit() {
    BoundedBody endless =
        new BoundedBody(
            subscriber -> subscriber.onSubscribe(new Endless(subscriber)), 10, this::ended);

    endless.subscribe(new RecordingSubscriber<>(Long.MAX_VALUE));

    assertThat(ends).singleElement().asString().startsWith("10 ").contains("10 bytes");
  }

  @Test
  void aReaderThatThrowsCancelsTheBody() {
    body.subscribe(
        new RecordingSubscriber<>(Long.MAX_VALUE) {
          @Override
          public void onNext(ByteBuffer item) {
            throw new IllegalStateException("reader is broken");
          }
        });
    eventually().until(source::hasSubscribers);

    source.submit(ByteBuffer.allocate(1));

    eventually().until(() -> !ends.isEmpty());
    eventually().until(() -> !source.hasSubscribers());
    assertThat(ends).singleElement().asString().contains("reader is broken");
  }

  @Test
  void aReaderThatThrowsInItsLastSignalHidesTheEndFromNoOne() {
    BoundedBody whole = new BoundedBody(new BytesBody(new byte[1]), 10, this::ended);

    whole.subscribe(
        new RecordingSubscriber<>(Long.MAX_VALUE) {
          @Override
          public void onComplete() {
            throw new IllegalStateException("reader is broken");
          }
        });

    assertThat(ends).singleElement().asString().contains("reader is broken");
  }

  @Test
  void aBodyThatThrowsWhenItIsCancelledIsBrokenOff() {
    BoundedBody stubborn =
        new BoundedBody(
            subscriber ->
                subscriber.onSubscribe(
                    new Flow.Subscription() {
                      @Override
                      public void request(long n) {}

                      @Override
                      public void cancel() {
                        throw new IllegalStateException("cannot be cancelled");
                      }
                    }),
            10,
            this::ended);
    stubborn.subscribe(reader);

    stubborn.fail(STOPPED);

    assertThat(reader.error()).isSameAs(STOPPED);
    assertThat(ends).hasSize(1);
  }

  private void ended(long bytes, Throwable error) {
    ends.add(bytes + " " + error);
  }

  /** Sends single bytes until it is cancelled, or for long. */
  private static final class Endless implements Flow.Subscription {

    private final Flow.Subscriber<? super ByteBuffer> subscriber;
    private boolean cancelled;

    Endless(Flow.Subscriber<? super ByteBuffer> subscriber) {
      this.subscriber = subscriber;
    }

    @Override
    public void request(long n) {
      for (int sent = 0; !cancelled && sent < 1_000; sent++) {
        subscriber.onNext(ByteBuffer.allocate(1));
      }
    }

    @Override
    public void cancel() {
      cancelled = true;
    }
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
