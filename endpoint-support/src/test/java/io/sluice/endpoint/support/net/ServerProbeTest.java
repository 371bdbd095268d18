/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.endpoint.EndpointException;
import io.sluice.endpoint.ErrorCode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ServerProbeTest {

  private static final InetAddress LOOPBACK = address("127.0.0.1");
  private static final InetAddress DEAD = address("127.0.0.2");

  @Test
  void oneAddressOfANameThatAnswersIsEnough() throws IOException {
    try (ServerSocket server = new ServerSocket(0, 1, LOOPBACK)) {
      String name = "cluster:" + server.getLocalPort();

      assertThat(probe(name, DEAD, LOOPBACK).whyUnreachable()).isEmpty();
      assertThat(probe(name, LOOPBACK, DEAD).whyUnreachable()).isEmpty();
      assertThat(probe(name, DEAD).whyUnreachable())
          .map(EndpointException::code)
          .contains(ErrorCode.CONNECTION_REFUSED);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"broker:9092", "127.0.0.1:1", "[::1]:65535", "[fe80::1%12]:9092"})
  void anAddressIsReadAsItIsWritten(String text) {
    assertThat(ServerAddress.parse(text)).hasToString(text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"broker", "broker:", "broker:x", "broker:0", "broker:65536", ":1", ""})
  void whatIsNoAddressIsRefused(String text) {
    assertThatThrownBy(() -> ServerAddress.parse(text))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void oneServerThatAnswersIsEnough() throws IOException {
    try (ServerSocket server = new ServerSocket(0, 1, LOOPBACK)) {
      int port = server.getLocalPort();
      ServerProbe probe =
          probe(
              ServerProbeTest::literal,
              "unknown:" + port,
              "127.0.0.2:" + port,
              "127.0.0.1:" + port);

      assertThat(probe.whyUnreachable()).isEmpty();
    }
  }

  @Test
  void anAddressMayHaveAZone() {
    List<String> asked = new ArrayList<>();
    ServerProbe probe =
        probe(
            host -> {
              asked.add(host);
              throw new UnknownHostException(host);
            },
            "[fe80::1%12]:9092");

    assertThat(probe.whyUnreachable())
        .map(EndpointException::code)
        .contains(ErrorCode.DNS_RESOLUTION_FAILED);
    assertThat(asked).containsExactly("fe80::1%12");
  }

  @Test
  void closingCutsShortAConnectionThatNoServerAccepts() throws Exception {
    List<Socket> queued = new ArrayList<>();
    try (ServerSocket hole = new ServerSocket(0, 1, LOOPBACK)) {
      fill(hole, queued);
      // Undisturbed, it takes a second an address.
      InetAddress[] many = new InetAddress[30];
      Arrays.fill(many, LOOPBACK);
      CountDownLatch lookedUp = new CountDownLatch(1);
      ServerProbe probe =
          probe(
              host -> {
                lookedUp.countDown();
                return many;
              },
              "hole:" + hole.getLocalPort());
      CompletableFuture<Optional<EndpointException>> probing =
          CompletableFuture.supplyAsync(probe::whyUnreachable);
      lookedUp.await();

      probe.close();

      assertThat(probing.get(10, TimeUnit.SECONDS)).isPresent();
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

  private static ServerProbe probe(String server, InetAddress... addresses) {
    return probe(host -> addresses, server);
  }

  private static ServerProbe probe(AddressResolver resolver, String... servers) {
    return new ServerProbe(
        Arrays.stream(servers).map(ServerAddress::parse).toList(), resolver, Duration.ofSeconds(1));
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
