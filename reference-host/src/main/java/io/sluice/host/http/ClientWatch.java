/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.host.http;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.eclipse.jetty.io.AbstractEndPoint;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EofException;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;

/**
 * Notices at once that the client of a long exchange has gone. Once a request is read to its end
 * the server does not read an HTTP/1.1 connection until the response is complete, so that a
 * disconnect would show only when a write fails.
 *
 * <p>To be stopped before the exchange ends, as the connection then reads again. Safe for use by
 * many threads.
 */
final class ClientWatch implements Callback {

  private static final int PIPELINE_BYTES = 4096;

  private final Connection connection;
  private final AbstractEndPoint endPoint;
  private final Runnable gone;
  private boolean stopped;
  private boolean armed;

  /**
   * A watch that has not begun.
   *
   * @param gone called at most once, when the client has closed the connection or broken it off
   */
  ClientWatch(HttpExchange exchange, Runnable gone) {
    this.connection = exchange.connection();
    this.endPoint = exchange.endPoint() instanceof AbstractEndPoint known ? known : null;
    this.gone = gone;
    this.stopped = endPoint == null;
  }

  /** Begins to watch; the request must have been read to its end. */
  synchronized void start() {
    if (!stopped) {
      armed = endPoint.tryFillInterested(this);
    }
  }

  /** Ends the watch; no call of the listener begins after that. */
  synchronized void stop() {
    stopped = true;
    if (armed) {
      armed = false;
      endPoint.getFillInterest().onFail(new EofException("the exchange is complete"));
    }
  }

  @Override
  public void succeeded() {
    boolean closed;
    synchronized (this) {
      armed = false;
      if (stopped) {
        return;
      }
      closed = isClosed();
      stopped = closed;
    }
    if (closed) {
      gone.run();
    }
  }

  @Override
  public void failed(Throwable cause) {
    synchronized (this) {
      armed = false;
      if (stopped) {
        return;
      }
      stopped = true;
    }
    gone.run();
  }

  /** Whether the readable connection is at its end; a pipelined request is kept for later. */
  private boolean isClosed() {
    ByteBuffer buffer = BufferUtil.allocate(PIPELINE_BYTES);
    try {
      int filled = endPoint.fill(buffer);
      if (filled > 0 && connection instanceof Connection.UpgradeTo http) {
        http.onUpgradeTo(buffer); // appends to what the connection has read ahead
      } else if (filled == 0) {
        armed = endPoint.tryFillInterested(this);
      }
      return filled < 0;
    } catch (IOException broken) {
      return true;
    }
  }
}
