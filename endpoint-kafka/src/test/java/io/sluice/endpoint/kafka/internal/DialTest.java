/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.kafka.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.endpoint.EndpointException;
import io.sluice.endpoint.ErrorCode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class DialTest {

  private static final InetAddress LOOPBACK = address("127.0.0.1");
  private static final InetAddress DEAD = address("127.0.0.2");

  @Test
  void oneAddressOfANameThatAnswersIsEnough() throws IOException {
    try (ServerSocket server = new ServerSocket(0, 1, LOOPBACK)) {
      String name = "cluster:" + server.getLocalPort();

      assertThat(dial(name, DEAD, LOOPBACK).all()).isEmpty();
      assertThat(dial(name, LOOPBACK, DEAD).all()).isEmpty();
      assertThat(dial(name, DEAD).all())
          .map(EndpointException::code)
          .contains(ErrorCode.CONNECTION_REFUSED);
    }
  }

  @Test
  void oneServerThatAnswersIsEnough() throws IOException {
    try (ServerSocket server = new ServerSocket(0, 1, LOOPBACK)) {
      int port = server.getLocalPort();
      Dial dial =
          new Dial(
              List.of("unknown:" + port, "127.0.0.2:" + port, "127.0.0.1:" + port),
              DialTest::literal);

      assertThat(dial.all()).isEmpty();
    }
  }

  @Test
  void anAddressMayHaveAZone() {
    List<String> asked = new ArrayList<>();
    Dial dial =
        new Dial(
            List.of("[fe80::1%12]:9092"),
            host -> {
              asked.add(host);
              throw new UnknownHostException(host);
            });

    assertThat(dial.all()).map(EndpointException::code).contains(ErrorCode.DNS_RESOLUTION_FAILED);
    assertThat(asked).containsExactly("fe80::1%12");
  }

  @Test
  void closingCutsADialShortThatNoBrokerAnswers() throws Exception {
    List<Socket> queued = new ArrayList<>();
    try (ServerSocket hole = new ServerSocket(0, 1, LOOPBACK)) {
      fill(hole, queued);
      // Undisturbed, it takes a second an address.
      InetAddress[] many = new InetAddress[30];
      Arrays.fill(many, LOOPBACK);
      CountDownLatch lookedUp = new CountDownLatch(1);
      Dial dial =
          new Dial(
              List.of("hole:" + hole.getLocalPort()),
              host -> {
                lookedUp.countDown();
                return many;
              });
      CompletableFuture<Optional<EndpointException>> dialling =
          CompletableFuture.supplyAsync(dial::all);
      lookedUp.await();

      dial.close();

      assertThat(dialling.get(10, TimeUnit.SECONDS)).isPresent();
    } finally {
      for (Socket socket : queued) {
        socket.close();
      }
    }
  }

  /** Until nothing more is accepted, nor refused. */
  private static void fill(ServerSocket hole, List<Socket> queued) throws IOException {
    while (true) {
      Socket socket = new Socket();
      queued.add(socket);
      try {
        socket.connect(new InetSocketAddress(LOOPBACK, hole.getLocalPort()), 200);
      } catch (SocketTimeoutException full) {
        return;
      }
    }
  }

  private static Dial dial(String server, InetAddress... addresses) {
    return new Dial(List.of(server), host -> addresses);
  }

  private static InetAddress[] literal(String host) throws UnknownHostException {
    if (!Character.isDigit(host.charAt(0))) {
      throw new UnknownHostException(host);
    }
    return new InetAddress[] {InetAddress.getByName(host)};
  }

  private static InetAddress address(String literal) {
    try {
      return InetAddress.getByName(literal);
    } catch (UnknownHostException e) {
      throw new AssertionError(e);
    }
  }
}
