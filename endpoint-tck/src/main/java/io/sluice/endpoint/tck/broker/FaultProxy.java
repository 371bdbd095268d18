/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.tck.broker;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import org.netcrusher.core.filter.TransformFilter;
import org.netcrusher.core.reactor.NioReactor;
import org.netcrusher.tcp.TcpCrusher;
import org.netcrusher.tcp.TcpCrusherBuilder;

/**
 * A TCP proxy on a loopback port, which passes everything on until it is told to disturb.
 *
 * <p>Of {@link #refuse}, {@link #freeze} and {@link #thaw} the last counts; the other faults add to
 * them. {@link #restore} ends them all. While nothing listens behind it, clients can connect, and
 * their connections are reset at once.
 */
public final class FaultProxy implements AutoCloseable {

  private static final String LOOPBACK = "127.0.0.1";

  /** How exactly delays are kept. */
  private static final long TICK_MILLIS = 5;

  /** Long enough for the last bytes before a cut to be written. */
  private static final Duration CUT_DELAY = Duration.ofMillis(20);

  /** Small, so that a slow or frozen proxy soon pushes back instead of swallowing megabytes. */
  private static final int BUFFER_COUNT = 16;

  private static final int BUFFER_BYTES = 8 << 10;
  private static final int SOCKET_BUFFER_SIZE = 64 << 10;

  private final Pace pace = new Pace();
  private final Map<Direction, CutPoint> cuts = new EnumMap<>(Direction.class);
  private final NioReactor reactor;
  private final TcpCrusher crusher;

  /** Which way bytes flow. */
  public enum Direction {
    /** Requests: from the client to the server behind the proxy. */
    TO_SERVER,
    /** Responses: from the server to the client. */
    TO_CLIENT
  }

  private FaultProxy(InetSocketAddress target) {
    for (Direction direction : Direction.values()) {
      cuts.put(direction, new CutPoint());
    }
    try {
      reactor = new NioReactor(TICK_MILLIS);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
    crusher =
        TcpCrusherBuilder.builder()
            .withReactor(reactor)
            .withBindAddress(LOOPBACK, FreePort.choose())
            .withConnectAddress(target)
            // Every connection that it closes is reset.
            .withLingerMs(0)
            .withTcpNoDelay(true)
            .withBufferCount(BUFFER_COUNT)
            .withBufferSize(BUFFER_BYTES)
            .withBufferDirect(false)
            .withRcvBufferSize(SOCKET_BUFFER_SIZE)
            .withSndBufferSize(SOCKET_BUFFER_SIZE)
            .withOutgoingThrottlerFactory(client -> pace.throttler())
            .withIncomingThrottlerFactory(client -> pace.throttler())
            .withOutgoingTransformFilterFactory(client -> cut(Direction.TO_SERVER, client))
            .withIncomingTransformFilterFactory(client -> cut(Direction.TO_CLIENT, client))
            .buildAndOpen();
  }

  /** A proxy for a port on loopback. */
  public static FaultProxy to(int port) {
    return to(LOOPBACK, port);
  }

  /** A proxy for any server. */
  public static FaultProxy to(String host, int port) {
    return new FaultProxy(new InetSocketAddress(host, port));
  }

  /** A proxy for a free port, which a broker that is started behind the proxy takes. */
  public static FaultProxy toFreePort() {
    return to(FreePort.choose());
  }

  private TransformFilter cut(Direction direction, InetSocketAddress client) {
    return cuts.get(direction).filter(() -> closeSoon(client));
  }

  private void closeSoon(InetSocketAddress client) {
    reactor.getSelector().schedule(() -> crusher.closeClient(client), CUT_DELAY.toNanos());
  }

  /** The port that clients connect to. */
  public int port() {
    return crusher.getBindAddress().getPort();
  }

  /** Host and port that clients connect to. */
  public String address() {
    return LOOPBACK + ":" + port();
  }

  /** The port of the server behind the proxy. */
  public int targetPort() {
    return crusher.getConnectAddress().getPort();
  }

  /** How many connections lead to the server now. */
  public int connections() {
    return crusher.isOpen() ? crusher.getClientAddresses().size() : 0;
  }

  /** Nothing listens any more: open connections are reset, new ones refused. */
  public synchronized void refuse() {
    crusher.close();
  }

  /** Resets the open connections; new ones are let through. */
  public synchronized void reset() {
    crusher.closeAllPairs();
  }

  /** Connections stay open and new ones are accepted, but nothing goes through. */
  public synchronized void freeze() {
    open();
    if (!crusher.isFrozen()) {
      crusher.freeze();
    }
  }

  /** Lets go through what has been held since {@link #freeze}. */
  public synchronized void thaw() {
    if (crusher.isOpen() && crusher.isFrozen()) {
      crusher.unfreeze();
    }
  }

  private void open() {
    if (!crusher.isOpen()) {
      crusher.open();
    }
  }

  /** Delays all bytes from now on, in each direction; zero ends it. */
  public void latency(Duration delay) {
    pace.latency(delay);
  }

  /** Limits each connection in each direction from now on, in steps of 8 KiB. */
  public void throttle(long bytesPerSecond) {
    if (bytesPerSecond < 1) {
      throw new IllegalArgumentException("Not even a byte per second: " + bytesPerSecond);
    }
    pace.throttle(bytesPerSecond);
  }

  /**
   * Cuts one connection, once: lets so many more bytes through in one direction, counted over all
   * connections, and resets that which carried the last of them.
   */
  public void cutAfter(Direction direction, long bytes) {
    cuts.get(direction).after(bytes);
  }

  /** Ends every fault; bytes that are being delayed still arrive late. */
  public synchronized void restore() {
    pace.restore();
    cuts.values().forEach(CutPoint::cancel);
    open();
    thaw();
  }

  /** Closes the listener and all connections. */
  @Override
  public synchronized void close() {
    if (reactor.isOpen()) {
      crusher.close();
      reactor.close();
    }
  }
}
