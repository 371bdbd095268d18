/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.exchange;

import io.sluice.endpoint.EndpointException;
import io.sluice.endpoint.ErrorCode;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Passes a body on to one subscriber, counts its bytes, and breaks it off at a limit or when told
 * to. Holds no bytes.
 *
 * <p>Signals come on the thread of the body, but for the error of {@link #fail}: who finds the
 * state {@code IDLE} signals it, or else the thread that is signalling, once it is through.
 */
public final class BoundedBody implements Flow.Publisher<ByteBuffer> {

  /** Hears once how the body ended. */
  @FunctionalInterface
  public interface EndListener {

    /**
     * The body ended.
     *
     * @param bytes that were passed on
     * @param error null if the body was passed on whole
     */
    void ended(long bytes, Throwable error);
  }

  private static final int IDLE = 0;
  private static final int SIGNALLING = 1;
  private static final int ENDED = 2;

  private final Flow.Publisher<ByteBuffer> body;
  private final long limit;
  private final EndListener listener;
  private final AtomicReference<Passage> passage = new AtomicReference<>();
  private final AtomicReference<EndpointException> failure = new AtomicReference<>();

  /**
   * A body that may be subscribed to once.
   *
   * @param body what is passed on, not null
   * @param limit bytes after which it breaks off with {@link ErrorCode#MESSAGE_TOO_LARGE}
   * @param listener not null; called by the thread that signals the end
   */
  public BoundedBody(Flow.Publisher<ByteBuffer> body, long limit, EndListener listener) {
    this.body = body;
    this.limit = limit;
    this.listener = listener;
  }

  @Override
  public void subscribe(Flow.Subscriber<? super ByteBuffer> subscriber) {
    Passage only = new Passage(Objects.requireNonNull(subscriber, "subscriber"));
    if (passage.compareAndSet(null, only)) {
      body.subscribe(only);
    } else {
      refuse(subscriber);
    }
  }

  /** Breaks the body off; without effect once it has ended. Throws nothing. */
  public void fail(EndpointException error) {
    if (failure.compareAndSet(null, error)) {
      Passage open = passage.get();
      if (open != null && open.subscribed) {
        open.breakOff();
      }
    }
  }

  private static EndpointException readerFailed(Throwable thrown) {
    return new EndpointException(
        ErrorCode.INTERNAL, "the body's reader failed: " + thrown, false, thrown);
  }

  private static void refuse(Flow.Subscriber<? super ByteBuffer> subscriber) {
    subscriber.onSubscribe(
        new Flow.Subscription() {
          @Override
          public void request(long n) {
            // refused already
          }

          @Override
          public void cancel() {
            // refused already
          }
        });
    subscriber.onError(new IllegalStateException("a body is subscribed to once"));
  }

  private final class Passage implements Flow.Subscriber<ByteBuffer>, Flow.Subscription {

    private final AtomicInteger state = new AtomicInteger(IDLE);
    private Flow.Subscriber<? super ByteBuffer> downstream;
    private Flow.Subscription upstream;
    private long bytes;
    private volatile boolean subscribed;
    private volatile boolean cancelled;

    Passage(Flow.Subscriber<? super ByteBuffer> downstream) {
      this.downstream = downstream;
    }

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
      upstream = subscription;
      downstream.onSubscribe(this);
      subscribed = true;
      if (failure.get() != null) {
        breakOff();
      }
    }

    @Override
    public void onNext(ByteBuffer buffer) {
      if (!state.compareAndSet(IDLE, SIGNALLING)) {
        return;
      }
      try {
        pass(buffer);
      } catch (RuntimeException | Error e) {
        abandon(e);
      }
      if (!state.compareAndSet(SIGNALLING, IDLE)) {
        end(failure.get());
      }
    }

    @Override
    public void onError(Throwable error) {
      Objects.requireNonNull(error, "error");
      if (state.compareAndSet(IDLE, ENDED)) {
        end(error);
      }
    }

    @Override
    public void onComplete() {
      if (state.compareAndSet(IDLE, ENDED)) {
        end(failure.get()); // it may have failed before it could be broken off
      }
    }

    @Override
    public void request(long n) {
      upstream.request(n);
    }

    @Override
    public void cancel() {
      cancelled = true;
      failure.compareAndSet(
          null, new EndpointException(ErrorCode.CLIENT_ABORTED, "the body's reader cancelled it"));
      breakOff();
    }

    /** A reader that throws has cancelled (rule 2.13). */
    private void abandon(Throwable thrown) {
      cancelled = true;
      failure.compareAndSet(null, readerFailed(thrown));
      breakOff();
    }

    private void breakOff() {
      try {
        upstream.cancel();
      } catch (RuntimeException | Error e) {
        failure.get().addSuppressed(e); // rule 3.15; the body ends as it must
      }
      if (state.getAndSet(ENDED) == IDLE) {
        end(failure.get());
      }
    }

    private void pass(ByteBuffer buffer) {
      if (failure.get() != null) {
        return;
      }
      if (bytes + buffer.remaining() > limit) {
        failure.compareAndSet(
            null,
            new EndpointException(
                ErrorCode.MESSAGE_TOO_LARGE, "the body has more than " + limit + " bytes"));
        breakOff();
      } else {
        bytes += buffer.remaining();
        downstream.onNext(buffer);
      }
    }

    /** Called once, by the thread that brought about the state {@code ENDED} or found it. */
    private void end(Throwable error) {
      Flow.Subscriber<? super ByteBuffer> last = downstream;
      downstream = null; // rule 3.13
      Throwable outcome = error;
      try {
        if (!cancelled && error != null) {
          last.onError(error);
        } else if (!cancelled) {
          last.onComplete();
        }
      } catch (RuntimeException | Error e) {
        outcome = error == null ? readerFailed(e) : error;
      }
      listener.ended(bytes, outcome);
    }
  }
}
