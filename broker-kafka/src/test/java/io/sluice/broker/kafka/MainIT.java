/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.broker.kafka;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.Node;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The broker as a process. */
@Timeout(60)
class MainIT {

  private static final String READY = "kafka ready ";

  private final List<Process> processes = new ArrayList<>();

  @TempDir private Path folder;

  @AfterEach
  void endProcesses() throws InterruptedException {
    for (Process process : processes) {
      process.destroyForcibly().waitFor();
    }
  }

  @Test
  void servesUntilTerminatedAndComesBackOnTheSamePort() throws Exception {
    Process broker = fork("--data", folder.toString());
    BufferedReader output = broker.inputReader();
    String ready = output.readLine();

    assertThat(ready).matches(READY + "127\\.0\\.0\\.1:\\d+");
    assertThat(addresses(ready.substring(READY.length())))
        .containsExactly(ready.substring(READY.length()));
    broker.toHandle().destroy();
    assertThat(output.readLine()).isNull();
    assertThat(broker.waitFor(20, SECONDS)).isTrue();

    Process again = fork("--data", folder.toString());
    assertThat(again.inputReader().readLine()).isEqualTo(ready);
  }

  @Test
  void endsWithItsInputIfAsked() throws Exception {
    Process broker = fork("--data", folder.toString(), "--until-eof");
    assertThat(broker.inputReader().readLine()).startsWith(READY);

    broker.outputWriter().close();

    assertThat(broker.waitFor(20, SECONDS)).isTrue();
    assertThat(broker.exitValue()).isZero();
  }

  @Test
  void sendsClientsToTheAdvertisedAddress() throws Exception {
    int port = FreePort.choose();
    String elsewhere = "localhost:" + port;
    Process broker =
        fork("--data", folder.toString(), "--port", "" + port, "--advertise", elsewhere);

    assertThat(broker.inputReader().readLine()).isEqualTo(READY + Ports.local(port));
    assertThat(addresses(Ports.local(port))).containsExactly(elsewhere);
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
    Process broker = fork("--data", folder.toString(), "--set", "log.dirs=");

    assertThat(broker.errorReader().lines()).anyMatch(line -> line.contains("log.dirs"));
    assertThat(broker.waitFor()).isEqualTo(1);
  }

  private static List<String> addresses(String bootstrap) throws Exception {
    try (Admin admin =
        Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap))) {
      return admin.describeCluster().nodes().get().stream().map(MainIT::address).toList();
    }
  }

  private static String address(Node node) {
    return node.host() + ":" + node.port();
  }

  private Process fork(String... options) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                Path.of(System.getProperty("sluice.broker.kafka"), "*").toString(),
                Main.class.getName()));
    command.addAll(List.of(options));
    Process process = new ProcessBuilder(command).start();
    processes.add(process);
    return process;
  }
}
