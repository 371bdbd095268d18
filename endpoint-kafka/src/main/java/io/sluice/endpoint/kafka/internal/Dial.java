/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.kafka.internal;

import io.sluice.endpoint.EndpointException;
import io.sluice.endpoint.ErrorCode;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.List;
import java.util.Optional;

/** Finds out why nobody answers at the configured addresses. Waits; not for a shared thread. */
final class Dial {

  private static final int TIMEOUT_MILLIS = 1000;

  private Dial() {}

  /**
   * Dials one server after the other until one answers.
   *
   * @param servers as host:port
   * @return what the last one said; empty if a connection can be made, so that the fault is not in
   *     the network
   */
  static Optional<EndpointException> all(List<String> servers) {
    Optional<EndpointException> last = Optional.empty();
    for (String server : servers) {
      last = dial(server);
      if (last.isEmpty()) {
        return last;
      }
    }
    return last;
  }

  private static Optional<EndpointException> dial(String server) {
    int colon = server.lastIndexOf(':');
    String host = server.substring(0, colon).replaceAll("^\\[|]$", "");
    InetSocketAddress address =
        new InetSocketAddress(host, Integer.parseInt(server.substring(colon + 1)));
    if (address.isUnresolved()) {
      return error(ErrorCode.DNS_RESOLUTION_FAILED, "host '" + host + "' has no address");
    }
    try (Socket socket = new Socket()) {
      socket.connect(address, TIMEOUT_MILLIS);
      return Optional.empty();
    } catch (SocketTimeoutException e) {
      return error(ErrorCode.CONNECT_TIMEOUT, server + " does not answer");
    } catch (ConnectException e) {
      return error(ErrorCode.CONNECTION_REFUSED, "nobody listens at " + server);
    } catch (IOException e) {
      return error(ErrorCode.UNAVAILABLE, server + " cannot be reached: " + e.getMessage());
    }
  }

  private static Optional<EndpointException> error(ErrorCode code, String message) {
    return Optional.of(EndpointException.retryable(code, message));
  }
}
