/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.host.http;

import io.sluice.endpoint.EndpointException;
import io.sluice.endpoint.ErrorCode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.Flow;
import org.eclipse.jetty.io.AbstractConnection;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.server.HttpStream;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;

/**
 * The raw bytes of a connection after it has switched protocols: publishes what the client sends,
 * and writes to the client what the backend sends. One direction may end before the other.
 */
final class Tunnel extends AbstractConnection
    implements Connection.UpgradeTo, Flow.Publisher<ByteBuffer> {

  private static final int BUFFER_BYTES = 16 * 1024;

  private final HttpExchange exchange;
  private final SerialPublication fromClient = new SerialPublication(this::read);
  private Flow.Publisher<ByteBuffer> fromBackend;
  private ByteBuffer readAhead = BufferUtil.EMPTY_BUFFER;
  private volatile boolean open;
  private volatile boolean broken;
  private final Halves halves = new Halves();
  private final Callback readable = Callback.from(this::onFillable, this::onFillInterestedFailed);

  Tunnel(HttpExchange exchange) {
    super(exchange.endPoint(), exchange.executor());
    this.exchange = exchange;
  }

  /** Sends the response that switches protocols, and joins client and backend. */
  void open(Flow.Publisher<ByteBuffer> backend) {
    fromBackend = backend;
    exchange.request().setAttribute(HttpStream.UPGRADE_CONNECTION_ATTRIBUTE, this);
    exchange.callback().succeeded(); // sends the head, then hands the connection over
  }

  @Override
  public void subscribe(Flow.Subscriber<? super ByteBuffer> subscriber) {
    fromClient.subscribe(subscriber);
  }

  @Override
  public void onUpgradeTo(ByteBuffer buffer) {
    readAhead = ByteBuffer.allocate(buffer.remaining()).put(buffer).flip();
  }

  @Override
  public void onOpen() {
    super.onOpen();
    getEndPoint().setIdleTimeout(0); // the endpoint knows how long a tunnel may be idle
    open = true;
    fromBackend.subscribe(new ToClient());
    fromClient.wakeUp();
  }

  @Override
  public void onFillable() {
    fromClient.wakeUp();
  }

  @Override
  public void onFillInterestedFailed(Throwable cause) {
    broken = true;
    fromClient.wakeUp();
  }

  private SerialPublication.Step read(boolean demanded) {
    if (broken) {
      throw aborted(null);
    }
    if (!open || !demanded) {
      return SerialPublication.WAIT;
    }
    if (readAhead.hasRemaining()) {
      ByteBuffer first = readAhead;
      readAhead = BufferUtil.EMPTY_BUFFER;
      return SerialPublication.next(first);
    }
    return fill();
  }

  private SerialPublication.Step fill() {
    ByteBuffer buffer = BufferUtil.allocate(BUFFER_BYTES);
    try {
      int filled = getEndPoint().fill(buffer);
      if (filled > 0) {
        return SerialPublication.next(buffer);
      }
      if (filled < 0) {
        halves.ended();
        return SerialPublication.COMPLETE;
      }
      tryFillInterested(readable);
      return SerialPublication.WAIT;
    } catch (IOException failure) {
      throw aborted(failure);
    }
  }

  private EndpointException aborted(Throwable cause) {
    close();
    return new EndpointException(
        ErrorCode.CLIENT_ABORTED, "the client broke off the connection", false, cause);
  }

  /** Closes the connection when both directions have ended. */
  private final class Halves {

    private int ended;

    synchronized void ended() {
      ended++;
      if (ended == 2) {
        close();
      }
    }
  }

  /** Writes what the backend sends, one buffer at a time. */
  private final class ToClient implements Flow.Subscriber<ByteBuffer> {

    private Flow.Subscription subscription;

    @Override
    public void onSubscribe(Flow.Subscription newSubscription) {
      subscription = newSubscription;
      subscription.request(1);
    }

    @Override
    public void onNext(ByteBuffer bytes) {
      getEndPoint().write(Callback.from(() -> subscription.request(1), this::failed), bytes);
    }

    @Override
    public void onError(Throwable failure) {
      getEndPoint().close(failure);
    }

    @Override
    public void onComplete() {
      getEndPoint().shutdownOutput();
      halves.ended();
    }

    private void failed(Throwable failure) {
      subscription.cancel();
      close();
    }
  }
}
