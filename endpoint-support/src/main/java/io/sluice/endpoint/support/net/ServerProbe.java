/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.net;

import io.sluice.endpoint.EndpointException;
import io.sluice.endpoint.ErrorCode;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Finds out at once, and in plain words, why no server answers: a client of the backend often tells
 * so late, or not at all. Nothing is sent over the connections that it makes.
 *
 * <p>Waits, so that it needs a thread of its own. One thread probes; any may {@linkplain #close()
 * end} that.
 */
public final class ServerProbe implements AutoCloseable {

  private final List<ServerAddress> servers;
  private final AddressResolver resolver;
  private final Duration timeout;

  /** What is being connected now; null if nothing is. */
  private Socket connecting;

  private boolean closed;

  /**
   * A probe of servers.
   *
   * @param servers in the order in which they are tried
   * @param timeout for one address, positive
   */
  public ServerProbe(List<ServerAddress> servers, AddressResolver resolver, Duration timeout) {
    this.servers = List.copyOf(servers);
    this.resolver = Objects.requireNonNull(resolver, "resolver");
    this.timeout = timeout;
  }

  /**
   * Tries every address of one server after the other, until one accepts a connection.
   *
   * @return why the last one does not, retryable; empty if one does
   */
  public Optional<EndpointException> whyUnreachable() {
    EndpointException last = null;
    for (ServerAddress server : servers) {
      try {
        connect(server, resolve(server));
        return Optional.empty();
      } catch (EndpointException e) {
        last = e;
      }
    }
    return Optional.ofNullable(last);
  }

  /**
   * Looks up a server. That cannot be cut short.
   *
   * @return at least one address
   * @throws EndpointException {@link ErrorCode#DNS_RESOLUTION_FAILED}, retryable
   */
  public List<InetAddress> resolve(ServerAddress server) {
    try {
      return List.of(resolver.addresses(server.host()));
    } catch (UnknownHostException e) {
      throw EndpointException.retryable(
          ErrorCode.DNS_RESOLUTION_FAILED, "host '" + server.host() + "' has no address");
    }
  }

  /**
   * Connects to one address of a server after the other, until one accepts, and hangs up.
   *
   * @throws EndpointException why the last one does not, retryable: {@link
   *     ErrorCode#CONNECTION_REFUSED}, {@link ErrorCode#CONNECT_TIMEOUT} or {@link
   *     ErrorCode#UNAVAILABLE}
   */
  public void connect(ServerAddress server, List<InetAddress> addresses) {
    EndpointException last = null;
    for (InetAddress address : addresses) {
      try {
        connect(server, address);
        return;
      } catch (EndpointException e) {
        last = e;
      }
    }
    if (last != null) {
      throw last;
    }
  }

  /** Ends the connection that is being made, and makes no other. Idempotent. */
  @Override
  public void close() {
    Socket present;
    synchronized (this) {
      closed = true;
      present = connecting;
    }
    hangUp(present);
  }

  private void connect(ServerAddress server, InetAddress address) {
    try (Socket socket = new Socket()) {
      if (!begin(socket)) {
        throw error(ErrorCode.UNAVAILABLE, server + " is not tried any more");
      }
      socket.connect(new InetSocketAddress(address, server.port()), (int) timeout.toMillis());
    } catch (SocketTimeoutException e) {
      throw error(ErrorCode.CONNECT_TIMEOUT, server + " does not answer");
    } catch (ConnectException e) {
      throw error(ErrorCode.CONNECTION_REFUSED, "no server listens at " + server);
    } catch (IOException e) {
      throw error(ErrorCode.UNAVAILABLE, server + " cannot be reached: " + e.getMessage());
    }
  }

  private synchronized boolean begin(Socket socket) {
    connecting = closed ? null : socket;
    return !closed;
  }

  private static void hangUp(Socket socket) {
    try {
      if (socket != null) {
        socket.close();
      }
    } catch (IOException e) {
      // it was not to be used any more
    }
  }

  private static EndpointException error(ErrorCode code, String message) {
    return EndpointException.retryable(code, message);
  }
}
