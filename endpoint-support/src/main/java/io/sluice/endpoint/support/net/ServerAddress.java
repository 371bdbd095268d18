/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.net;

import java.util.Objects;

/**
 * A host and a port. Immutable.
 *
 * @param host a name, or an address without brackets, not null
 * @param port 1 to 65535
 */
public record ServerAddress(String host, int port) {

  /**
   * Checks the port.
   *
   * @throws IllegalArgumentException if no server can listen at it
   */
  public ServerAddress {
    Objects.requireNonNull(host, "host");
    if (host.isEmpty() || port < 1 || port > 65_535) {
      throw new IllegalArgumentException("no address of a server: " + host + ":" + port);
    }
  }

  /**
   * Reads {@code host:port}, with an IPv6 address in brackets, which may have a zone: {@code
   * [fe80::1%12]:9092}.
   *
   * @throws IllegalArgumentException if the text has another form
   */
  public static ServerAddress parse(String text) {
    int colon = text.lastIndexOf(':');
    if (colon < 0) {
      throw new IllegalArgumentException("no port in '" + text + "'");
    }
    String host = text.substring(0, colon);
    if (host.startsWith("[") && host.endsWith("]")) {
      host = host.substring(1, host.length() - 1);
    }
    return new ServerAddress(host, Integer.parseInt(text.substring(colon + 1)));
  }

  /** In the form that {@link #parse} reads. */
  @Override
  public String toString() {
    return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
  }
}
