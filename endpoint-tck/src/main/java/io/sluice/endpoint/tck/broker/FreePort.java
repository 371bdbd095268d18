/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.tck.broker;

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
public final class FreePort {

  /** Processes that run tests side by side mostly choose from different slices. */
  private static final int SLICES = 20;

  private static final int COUNT = 10_000 / SLICES;
  private static final int FIRST = 20_000 + COUNT * (int) (ProcessHandle.current().pid() % SLICES);

  private static final Random RANDOM = new Random();
  private static final Set<Integer> CHOSEN = new HashSet<>();

  private FreePort() {}

  /** A port that was free just now, and another one each time. */
  public static synchronized int choose() {
    int port = FIRST + RANDOM.nextInt(COUNT);
    while (CHOSEN.contains(port) || !isFree(port)) {
      port = FIRST + RANDOM.nextInt(COUNT);
    }
    CHOSEN.add(port);
    return port;
  }

  private static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      return socket.isBound();
    } catch (IOException taken) {
      return false;
    }
  }
}
