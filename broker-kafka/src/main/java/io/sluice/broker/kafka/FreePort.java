/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.broker.kafka;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;

/**
 * A loopback port that nothing listens on.
 *
 * <p>Below the ports that systems give to outgoing connections: one of those could be taken while
 * the broker is down, and a client that tries to reconnect to such a port can meet itself.
 */
final class FreePort {

  private static final int FIRST = 20_000;
  private static final int COUNT = 10_000;

  private static final Random RANDOM = new Random();
  private static final Set<Integer> CHOSEN = new HashSet<>();

  private FreePort() {}

  /** A port that was free just now, and another one each time. */
  static synchronized int choose() {
    int port = FIRST + RANDOM.nextInt(COUNT);
    while (CHOSEN.contains(port) || !isFree(port)) {
      port = FIRST + RANDOM.nextInt(COUNT);
    }
    CHOSEN.add(port);
    return port;
  }

  /** Does not choose these ports: something is about to listen there. */
  static synchronized void leave(int... ports) {
    for (int port : ports) {
      CHOSEN.add(port);
    }
  }

  private static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      return socket.isBound();
    } catch (IOException taken) {
      return false;
    }
  }
}
