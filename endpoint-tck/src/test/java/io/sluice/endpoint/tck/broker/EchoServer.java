/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.tck.broker;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;

/** Sends back what it receives, and keeps it. */
final class EchoServer implements AutoCloseable {

  private final ServerSocket listener;
  private final StringBuffer received = new StringBuffer();

  EchoServer() {
    try {
      listener = new ServerSocket(FreePort.choose(), 50, InetAddress.getLoopbackAddress());
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
    start("accept", this::accept);
  }

  int port() {
    return listener.getLocalPort();
  }

  /** All that has come, over all connections. */
  String received() {
    return received.toString();
  }

  private static void start(String name, Runnable task) {
    Thread thread = new Thread(task, "echo-" + name);
    thread.setDaemon(true);
    thread.start();
  }

  private void accept() {
    try {
      while (true) {
        Socket connection = listener.accept();
        start("connection", () -> echo(connection));
      }
    } catch (IOException closed) {
      // The end of the test.
    }
  }

  private void echo(Socket connection) {
    try (connection) {
      InputStream in = connection.getInputStream();
      byte[] bytes = new byte[8192];
      for (int count = in.read(bytes); count > 0; count = in.read(bytes)) {
        received.append(new String(bytes, 0, count, US_ASCII));
        connection.getOutputStream().write(bytes, 0, count);
      }
    } catch (IOException reset) {
      // What the tests are about.
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
  }
}
