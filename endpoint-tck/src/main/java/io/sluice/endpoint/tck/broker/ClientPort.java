/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.tck.broker;

/**
 * Where a broker listens for clients, on loopback, and where clients come.
 *
 * @param own the broker's port
 * @param seen the port that clients connect to: a proxy's, or again the broker's
 */
record ClientPort(int own, int seen) {

  static final String HOST = "127.0.0.1";

  static ClientPort free() {
    return of(FreePort.choose());
  }

  static ClientPort of(int port) {
    return new ClientPort(port, port);
  }

  static ClientPort behind(FaultProxy proxy) {
    return new ClientPort(proxy.targetPort(), proxy.port());
  }

  /** Host and port that clients connect to. */
  String address() {
    return HOST + ":" + seen;
  }
}
