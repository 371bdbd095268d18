/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.kafka.internal;

import io.sluice.endpoint.EndpointException;
import io.sluice.endpoint.ErrorCode;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Optional;

/**
 * Finds out why no broker answers at the configured addresses. Waits; not for a shared thread. One
 * thread dials; any may {@linkplain #close() end} that.
 */
final class Dial implements AutoCloseable {

  private static final int TIMEOUT_MILLIS = 1000;

  /** Looks up names; may wait for as long as it likes. */
  @FunctionalInterface
  interface Resolver {

    /** All addresses of a host. */
    InetAddress[] addresses(String host) throws UnknownHostException;
  }

  private final List<String> servers;
  private final Resolver resolver;

  private Socket dialled;
  private boolean closed;

  /**
   * Dials servers.
   *
   * @param servers as host:port, an IPv6 address in brackets
   */
  Dial(List<String> servers, Resolver resolver) {
    this.servers = servers;
    this.resolver = resolver;
  }

  /**
   * Dials every address of one server after the other until one answers.
   *
   * @return what the last one said; empty if a connection can be made, so that the fault is not in
   *     the network
   */
  Optional<EndpointException> all() {
    Optional<EndpointException> last = Optional.empty();
    for (String server : servers) {
      last = server(server);
      if (last.isEmpty()) {
        return last;
      }
    }
    return last;
  }

  /**
   * Cuts short what is being dialled, and what will be; a look-up goes on for as long as it does.
   */
  @Override
  public void close() {
    Socket present;
    synchronized (this) {
      closed = true;
      present = dialled;
    }
    hangUp(present);
  }

  private Optional<EndpointException> server(String server) {
    int colon = server.lastIndexOf(':');
    String host = server.substring(0, colon).replaceAll("^\\[|]$", "");
    int port = Integer.parseInt(server.substring(colon + 1));
    Optional<EndpointException> last = Optional.empty();
    try {
      for (InetAddress address : resolver.addresses(host)) {
        last = address(server, new InetSocketAddress(address, port));
        if (last.isEmpty()) {
          return last;
        }
      }
      return last;
    } catch (UnknownHostException e) {
      return error(ErrorCode.DNS_RESOLUTION_FAILED, "host '" + host + "' has no address");
    }
  }

  private Optional<EndpointException> address(String server, InetSocketAddress address) {
    try (Socket socket = new Socket()) {
      if (begin(socket)) {
        socket.connect(address, TIMEOUT_MILLIS);
        return Optional.empty();
      }
      return error(ErrorCode.UNAVAILABLE, server + " is not dialled any more");
    } catch (SocketTimeoutException e) {
      return error(ErrorCode.CONNECT_TIMEOUT, server + " does not answer");
    } catch (ConnectException e) {
      return error(ErrorCode.CONNECTION_REFUSED, "no broker listens at " + server);
    } catch (IOException e) {
      return error(ErrorCode.UNAVAILABLE, server + " cannot be reached: " + e.getMessage());
    }
  }

  private synchronized boolean begin(Socket socket) {
    dialled = closed ? null : socket;
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

  private static Optional<EndpointException> error(ErrorCode code, String message) {
    return Optional.of(EndpointException.retryable(code, message));
  }
}
