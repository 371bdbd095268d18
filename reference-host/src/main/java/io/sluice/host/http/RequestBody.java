/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.host.http;

import io.sluice.endpoint.EndpointException;
import io.sluice.endpoint.ErrorCode;
import io.sluice.endpoint.Headers;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;

/**
 * A request's body as a publisher for one subscriber: reads from the connection what is asked for,
 * and no more than one chunk ahead, so that the end is known with the last bytes.
 */
final class RequestBody implements Flow.Publisher<ByteBuffer> {

  private final Request request;
  private final Runnable ended;
  private final Runnable aborted;
  private final CompletableFuture<Headers> trailers = new CompletableFuture<>();
  private final SerialPublication publication = new SerialPublication(this::next);

  /** Whether the request was asked to tell when there is more: to be asked once. */
  private volatile boolean waiting;

  // by the publication, serially
  private ByteBuffer ahead;
  private boolean atEnd;

  /**
   * A body.
   *
   * @param ended called when the body has been read to its end
   * @param aborted called when the client breaks off
   */
  RequestBody(Request request, Runnable ended, Runnable aborted) {
    this.request = request;
    this.ended = ended;
    this.aborted = aborted;
  }

  /** Completes with the trailers when the body has ended. */
  CompletionStage<Headers> trailers() {
    return trailers;
  }

  @Override
  public void subscribe(Flow.Subscriber<? super ByteBuffer> subscriber) {
    publication.subscribe(subscriber);
  }

  private SerialPublication.Step next(boolean demanded) {
    if (ahead == null && !atEnd && !readAhead()) {
      return SerialPublication.WAIT;
    }
    if (ahead == null) {
      return SerialPublication.COMPLETE;
    }
    if (!demanded) {
      return SerialPublication.WAIT;
    }
    ByteBuffer next = ahead;
    ahead = null;
    return SerialPublication.next(next);
  }

  /** Reads one chunk, or asks to be told when there is one; false for the latter. */
  private boolean readAhead() {
    while (ahead == null && !atEnd) {
      Content.Chunk chunk = waiting ? null : request.read();
      if (chunk == null) {
        await();
        return false;
      }
      if (Content.Chunk.isFailure(chunk)) {
        throw abort(chunk.getFailure());
      }
      keep(chunk);
    }
    return true;
  }

  private void await() {
    if (!waiting) {
      waiting = true;
      request.demand(this::available);
    }
  }

  private void available() {
    waiting = false;
    publication.wakeUp();
  }

  private void keep(Content.Chunk chunk) {
    if (chunk.hasRemaining()) {
      ahead = ByteBuffer.allocate(chunk.remaining()).put(chunk.getByteBuffer()).flip();
    }
    atEnd = chunk.isLast();
    chunk.release();
    if (atEnd) {
      trailers.complete(FieldMapping.toHeaders(request.getTrailers()));
      ended.run();
    }
  }

  private EndpointException abort(Throwable cause) {
    EndpointException failure =
        new EndpointException(
            ErrorCode.CLIENT_ABORTED, "the client broke off its request", false, cause);
    trailers.completeExceptionally(failure);
    aborted.run();
    return failure;
  }
}
