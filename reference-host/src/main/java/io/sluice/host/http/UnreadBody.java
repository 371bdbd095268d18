/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.host.http;

import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;

/**
 * What a client goes on sending after its answer: read away, up to a bound, before the exchange
 * ends. Closing at once would reset the connection, and the client might never see the answer.
 */
final class UnreadBody {

  private static final long MAX_BYTES = 64L << 20;

  private final HttpExchange exchange;
  private final Request request;
  private long discarded;

  UnreadBody(HttpExchange exchange) {
    this.exchange = exchange;
    this.request = exchange.request();
  }

  /** Reads on until the body ends, fails or has reached the bound; then ends the exchange. */
  void discard() {
    if (request.getHeaders().contains(HttpHeader.EXPECT)) {
      exchange.callback().succeeded(); // the client waits for a word, and has got it
      return;
    }
    while (true) {
      Content.Chunk chunk = request.read();
      if (chunk == null) {
        request.demand(this::discard);
        return;
      }
      discarded += chunk.remaining();
      boolean end = chunk.isLast() || Content.Chunk.isFailure(chunk) || discarded > MAX_BYTES;
      chunk.release();
      if (end) {
        exchange.callback().succeeded();
        return;
      }
    }
  }
}
