/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.tck.broker;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.sluice.endpoint.tck.broker.FaultProxy.Direction;
import java.io.IOException;
import java.net.ConnectException;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The faults, as a client with a plain socket sees them. */
@Timeout(30)
class FaultProxyTest {

  private final EchoServer server = new EchoServer();
  private final FaultProxy proxy = FaultProxy.to(server.port());
  private Socket client;

  @BeforeEach
  void connect() throws IOException {
    client = socket();
    assertThat(echo("hello")).isEqualTo("hello");
  }

  @AfterEach
  void close() throws IOException {
    client.close();
    proxy.close();
    server.close();
  }

  @Test
  void endOfInputGoesThrough() throws IOException {
    client.shutdownOutput();

    assertThat(client.getInputStream().read()).isEqualTo(-1);
  }

  @Test
  void refuses() throws IOException {
    proxy.refuse();
    proxy.refuse();

    assertReset();
    assertThatThrownBy(this::socket).isInstanceOf(ConnectException.class);
    proxy.restore();
    assertWorks();
  }

  @Test
  void resets() throws IOException {
    proxy.reset();

    assertReset();
    assertThat(proxy.connections()).isZero();
    assertWorks();
  }

  @Test
  void freezesAndThaws() throws IOException {
    proxy.freeze();
    proxy.freeze();
    try (Socket second = socket()) {
      assertSilent(client);
      assertSilent(second);
      proxy.thaw();
      proxy.thaw();
      assertThat(read(client, 1)).isEqualTo("?");
      assertThat(read(second, 1)).isEqualTo("?");
    }
  }

  @Test
  void resetsWhatIsFrozen() throws IOException {
    proxy.freeze();
    proxy.reset();

    assertReset();
    proxy.restore();
    assertWorks();
  }

  @Test
  void freezesInsteadOfRefusing() throws IOException {
    proxy.refuse();
    proxy.freeze();
    try (Socket second = socket()) {
      assertSilent(second);
      proxy.restore();
      assertThat(read(second, 1)).isEqualTo("?");
    }
  }

  @Test
  void delays() throws IOException {
    proxy.latency(Duration.ofMillis(150));
    assertThat(timeOf("hello")).isGreaterThan(Duration.ofMillis(290));

    proxy.restore();
    assertThat(timeOf("hello")).isLessThan(Duration.ofMillis(140));
  }

  @Test
  void throttles() throws IOException {
    proxy.throttle(100_000);

    assertThat(timeOf("x".repeat(50_000))).isBetween(Duration.ofMillis(450), Duration.ofSeconds(3));
  }

  @Test
  void cutsRequests() throws IOException {
    proxy.cutAfter(Direction.TO_SERVER, 7);
    send(client, "1234");
    assertThat(read(client, 4)).isEqualTo("1234");
    send(client, "567890");

    assertThat(read(client, 3)).isEqualTo("567");
    assertReset();
    assertWorks();
    assertThat(server.received()).doesNotContain("8");
  }

  @Test
  void cutsResponses() throws IOException {
    proxy.cutAfter(Direction.TO_CLIENT, 3);
    send(client, "1234");

    assertThat(read(client, 3)).isEqualTo("123");
    assertReset();
    assertThat(server.received()).endsWith("1234");
    assertWorks();
  }

  @Test
  void cutsWithTheLastByteOfFrame() throws IOException {
    proxy.cutAfter(Direction.TO_SERVER, 4);
    send(client, "1234");

    assertThat(read(client, 4)).isEqualTo("1234");
    assertReset();
  }

  @Test
  void passesMuchUnchanged() throws IOException {
    String much = "0123456789".repeat(10_000);

    assertThat(echo(much)).isEqualTo(much);
  }

  @Test
  void saysNothingListensBehindItByReset() throws IOException {
    try (FaultProxy nowhere = FaultProxy.toFreePort();
        Socket socket = new Socket("127.0.0.1", nowhere.port())) {
      assertThatThrownBy(() -> socket.getInputStream().read()).isInstanceOf(SocketException.class);
    }
  }

  @Test
  void leavesNoThread() {
    long before = threads();
    assertThat(before).isPositive();
    proxy.close();
    proxy.close();

    await().until(() -> threads() < before);
    assertThatThrownBy(this::socket).isInstanceOf(ConnectException.class);
  }

  private static long threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("NetCrusher"))
        .count();
  }

  private Socket socket() throws IOException {
    Socket socket = new Socket("127.0.0.1", proxy.port());
    socket.setSoTimeout(10_000);
    return socket;
  }

  private void assertWorks() throws IOException {
    client.close();
    client = socket();
    assertThat(echo("again")).isEqualTo("again");
  }

  private void assertReset() {
    assertThatThrownBy(() -> client.getInputStream().read())
        .isInstanceOf(SocketException.class)
        .hasMessageContaining("reset");
  }

  /** Sends a question and gets no answer. */
  private void assertSilent(Socket socket) throws IOException {
    send(socket, "?");
    socket.setSoTimeout(200);
    assertThatThrownBy(() -> socket.getInputStream().read())
        .isInstanceOf(SocketTimeoutException.class);
    socket.setSoTimeout(10_000);
  }

  private Duration timeOf(String text) throws IOException {
    long start = System.nanoTime();
    echo(text);
    return Duration.ofNanos(System.nanoTime() - start);
  }

  private String echo(String text) throws IOException {
    send(client, text);
    return read(client, text.length());
  }

  private static void send(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(US_ASCII));
  }

  private static String read(Socket socket, int count) throws IOException {
    return new String(socket.getInputStream().readNBytes(count), US_ASCII);
  }
}
