/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.broker.qpid;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.MessageProperties;
import com.rabbitmq.client.PossibleAuthenticationFailureException;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The broker as a process. */
@Timeout(60)
class MainIT {

  private static final String QUEUE = "kept";

  private final List<Process> processes = new ArrayList<>();
  private int port;

  @TempDir private Path folder;

  @BeforeEach
  void choosePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
  }

  @AfterEach
  void endProcesses() throws InterruptedException {
    for (Process process : processes) {
      process.destroyForcibly().waitFor();
    }
  }

  @Test
  void servesUntilTerminatedAndKeepsMessages() throws Exception {
    Process broker = fork();
    BufferedReader output = broker.inputReader();
    assertThat(output.readLine()).isEqualTo(ready());
    send("one");

    broker.toHandle().destroy();
    assertThat(output.readLine()).isNull();
    assertThat(broker.waitFor(20, SECONDS)).isTrue();

    assertThat(fork().inputReader().readLine()).isEqualTo(ready());
    assertThat(receive()).isEqualTo("one");
  }

  @Test
  void keepsConfirmedMessagesOverCrash() throws Exception {
    Process broker = fork();
    assertThat(broker.inputReader().readLine()).isEqualTo(ready());
    send("one");

    broker.destroyForcibly().waitFor();

    assertThat(fork().inputReader().readLine()).isEqualTo(ready());
    assertThat(receive()).isEqualTo("one");
  }

  @Test
  void asksForThePassword() throws Exception {
    assertThat(fork().inputReader().readLine()).isEqualTo(ready());
    ConnectionFactory client = client();
    client.setPassword("wrong");

    assertThatThrownBy(client::newConnection)
        .isInstanceOf(PossibleAuthenticationFailureException.class);
  }

  @Test
  void endsWithItsInputIfAsked() throws Exception {
    Process broker = fork("--until-eof");
    assertThat(broker.inputReader().readLine()).isEqualTo(ready());

    broker.outputWriter().close();

    assertThat(broker.waitFor(20, SECONDS)).isTrue();
    assertThat(broker.exitValue()).isZero();
  }

  @Test
  void saysHowItIsUsed() throws Exception {
    Process broker = fork("--colour", "red");

    assertThat(broker.errorReader().lines())
        .startsWith("Unknown option --colour")
        .anyMatch(line -> line.startsWith("Usage:"));
    assertThat(broker.waitFor()).isEqualTo(2);
  }

  @Test
  void failsIfItCannotServe() throws Exception {
    try (ServerSocket taken = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      Process broker = fork();

      assertThat(broker.errorReader().lines())
          .anyMatch(line -> line.contains("on " + taken.getLocalPort()));
      assertThat(broker.inputReader().readLine()).isNull();
      assertThat(broker.waitFor()).isEqualTo(1);
    }
  }

  private String ready() {
    return "qpid ready 127.0.0.1:" + port;
  }

  private void send(String text) throws Exception {
    try (Connection connection = client().newConnection();
        Channel channel = connection.createChannel()) {
      channel.confirmSelect();
      channel.queueDeclare(QUEUE, true, false, false, null);
      channel.basicPublish("", QUEUE, MessageProperties.PERSISTENT_BASIC, text.getBytes(UTF_8));
      channel.waitForConfirmsOrDie(SECONDS.toMillis(20));
    }
  }

  private String receive() throws Exception {
    try (Connection connection = client().newConnection();
        Channel channel = connection.createChannel()) {
      return new String(channel.basicGet(QUEUE, true).getBody(), UTF_8);
    }
  }

  private ConnectionFactory client() {
    ConnectionFactory client = new ConnectionFactory();
    client.setHost("127.0.0.1");
    client.setPort(port);
    client.setAutomaticRecoveryEnabled(false);
    return client;
  }

  private Process fork(String... options) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                Path.of(System.getProperty("sluice.broker.qpid"), "*").toString(),
                Main.class.getName()));
    command.addAll(List.of("--data", folder.toString(), "--port", Integer.toString(port)));
    command.addAll(List.of(options));
    Process process = new ProcessBuilder(command).start();
    processes.add(process);
    return process;
  }
}
