/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.host.http;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;

/** Reads the whole body of a request, up to a limit, without blocking a thread. */
final class BodyReader {

  private final Request request;
  private final long limit;
  private final ByteArrayOutputStream body = new ByteArrayOutputStream();
  private final CompletableFuture<byte[]> result = new CompletableFuture<>();

  private BodyReader(Request request, long limit) {
    this.request = request;
    this.limit = limit;
  }

  /**
   * Reads a body.
   *
   * @param limit in bytes
   * @return completes with the bytes; fails with an {@link HttpFailure} of status 413 as soon as
   *     the limit is known to be passed, or of status 400 when the client breaks off
   */
  static CompletionStage<byte[]> read(Request request, long limit) {
    BodyReader reader = new BodyReader(request, limit);
    if (request.getLength() > limit) {
      reader.result.completeExceptionally(reader.tooLarge());
    } else {
      reader.readOn();
    }
    return reader.result;
  }

  private void readOn() {
    while (!result.isDone()) {
      Content.Chunk chunk = request.read();
      if (chunk == null) {
        request.demand(this::readOn);
        return;
      }
      if (Content.Chunk.isFailure(chunk)) {
        result.completeExceptionally(
            HttpFailure.badRequest("the body broke off: " + chunk.getFailure().getMessage()));
        return;
      }
      boolean last = chunk.isLast();
      append(chunk.getByteBuffer());
      chunk.release();
      if (body.size() > limit) {
        result.completeExceptionally(tooLarge());
      } else if (last) {
        result.complete(body.toByteArray());
      }
    }
  }

  private void append(ByteBuffer bytes) {
    byte[] copy = new byte[bytes.remaining()];
    bytes.get(copy);
    body.writeBytes(copy);
  }

  private HttpFailure tooLarge() {
    return HttpFailure.of(
        413,
        "MESSAGE_TOO_LARGE",
        "the body is larger than the " + limit + " bytes that this host takes (--max-body)");
  }
}
