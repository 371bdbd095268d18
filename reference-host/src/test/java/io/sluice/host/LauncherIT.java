/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.InputStream;
import java.net.ServerSocket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class LauncherIT {

  /** What is promised to operators. */
  private static final Duration STOP_LIMIT = Duration.ofSeconds(3);

  @TempDir private Path load;

  @Test
  void saysOneLineAndStopsCleanlyOnATermination() throws Exception {
    try (GatewayProcess gateway = GatewayProcess.start(load)) {
      assertThat(gateway.readyLine())
          .matches("sluice ready http://127\\.0\\.0\\.1:\\d+ load=" + load.toRealPath());
      HttpResponse<InputStream> stream =
          gateway.client.send(
              gateway.request("/endpoints/mock/messages").build(),
              HttpResponse.BodyHandlers.ofInputStream());
      assertThat(new String(stream.body().readNBytes(4), StandardCharsets.UTF_8)).isEqualTo("id: ");
      assertThat(gateway.terminate()).isZero();
      // reading to the end fails unless the stream was ended properly
      assertThat(new String(stream.body().readAllBytes(), StandardCharsets.UTF_8))
          .contains("event: message");
      assertThat(gateway.out).hasSize(1);
    }
  }

  /** A framework stops the bundle that came last first, and then the others in their order. */
  @Test
  void stopsInTimeAfterAJarWasReplaced(@TempDir Path jars) throws Exception {
    try (GatewayProcess gateway = GatewayProcess.start(load)) {
      GatewayProcess.drop(load, "io.sluice.pipe~copy.cfg", "from = mock\nto = echo\n");
      gateway.awaitState("mock", "UP");
      Releases.of("endpoint-mock", load, jars).overwrite("1.0.1");
      await()
          .atMost(Duration.ofSeconds(30))
          .until(
              () ->
                  gateway
                      .endpoint("mock")
                      .orElseThrow()
                      .get("version")
                      .toString()
                      .equals("\"1.0.1\""));
      gateway.awaitState("mock", "UP");

      long start = System.nanoTime();
      assertThat(gateway.terminate()).isZero();

      Duration taken = Duration.ofNanos(System.nanoTime() - start);
      System.out.println("stop after an update: " + taken.toMillis() + " ms");
      assertThat(taken).isLessThan(STOP_LIMIT);
    }
  }

  @Test
  void anEndpointThatKeepsTheFormerVersionHoldsNoUpdateUp(@TempDir Path jars) throws Exception {
    try (GatewayProcess gateway = GatewayProcess.start(load)) {
      GatewayProcess.drop(load, "io.sluice.endpoint.mock~pinned.cfg", "version = [1.0.0,1.0.1)\n");
      gateway.awaitState("pinned", "UP");

      Releases.of("endpoint-mock", load, jars).overwrite("1.0.1");

      await("the former version goes")
          .atMost(Duration.ofSeconds(8))
          .untilAsserted(
              () ->
                  assertThat(gateway.endpoint("pinned").orElseThrow().get("state").getAsString())
                      .isEqualTo("UNSATISFIED"));
    }
  }

  @Test
  void fillsAnEmptyLoadFolder() throws Exception {
    try (GatewayProcess gateway = GatewayProcess.start(load)) {
      assertThat(Files.list(load).map(file -> file.getFileName().toString()))
          .contains("io.sluice.endpoint.mock~mock.cfg", "io.sluice.endpoint.mock~echo.cfg");
      gateway.awaitState("mock", "UP");
    }
  }

  @Test
  void servesWhatWasDroppedInWhenItSaysThatItIsReady() throws Exception {
    try (GatewayProcess gateway = GatewayProcess.start(load)) {
      assertThat(gateway.json("/types").getAsJsonArray().asList())
          .map(type -> type.getAsJsonObject().get("type").getAsString())
          .containsExactlyInAnyOrder("mock", "kafka", "rabbitmq");
    }
  }

  @Test
  void aFileThatCannotBeReadIsShownAgainAfterARestart(@TempDir Path data) throws Exception {
    String file = "io.sluice.endpoint.mock~broken.json";
    try (GatewayProcess gateway = GatewayProcess.start(load, data)) {
      GatewayProcess.drop(load, file, "{\"messageInterval\": 5}");
      gateway.awaitState("broken", "UP");
      GatewayProcess.drop(load, file, "{\"messageInterval\": ");
      gateway.awaitState("broken", "DEGRADED");
      assertThat(gateway.terminate()).isZero();
    }
    try (GatewayProcess gateway = GatewayProcess.start(load, data)) {
      gateway.awaitState("broken", "INVALID");
      assertThat(gateway.endpoint("broken").orElseThrow().get("violations").toString())
          .contains(file + ": line 1, column");
    }
  }

  @Test
  void placeholdersStandForTheEnvironmentAndForSecrets(@TempDir Path secrets) throws Exception {
    Files.writeString(secrets.resolve("greeting"), "hush");
    try (GatewayProcess gateway =
        GatewayProcess.run(
            "--port", "0", "--load", load.toString(), "--secrets", secrets.toString())) {
      gateway.readyLine();
      GatewayProcess.drop(
          load,
          "io.sluice.endpoint.mock~placed.cfg",
          "messageInterval = 10\nmessageContent = $[secret:greeting] $[env:PATH]\n");
      gateway.awaitState("placed", "UP");
      assertThat(gateway.get("/endpoints/placed/messages?limit=1").body())
          .contains("\"text\":\"hush " + System.getenv("PATH") + "\"");
      GatewayProcess.drop(
          load,
          "io.sluice.endpoint.mock~unplaced.cfg",
          "messageContent = $[secret:nobody-has-it]\n");
      gateway.awaitState("unplaced", "INVALID");
    }
  }

  @Test
  void aPortInUseIsOneLineAndCodeOne() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, java.net.InetAddress.getLoopbackAddress());
        GatewayProcess gateway =
            GatewayProcess.run(
                "--port", Integer.toString(taken.getLocalPort()), "--load", load.toString())) {
      assertFails(gateway, 1, "cannot listen on 127.0.0.1:" + taken.getLocalPort());
    }
  }

  @Test
  void anUnknownOptionIsOneLineAndCodeTwo() throws Exception {
    try (GatewayProcess gateway = GatewayProcess.run("--prot", "1")) {
      assertFails(gateway, 2, "unknown option '--prot'");
    }
  }

  @Test
  void anUnusableFolderIsOneLineAndCodeOne() throws Exception {
    Path file = Files.createFile(load.resolve("file"));
    try (GatewayProcess gateway =
        GatewayProcess.run(
            "--port", "0", "--load", load.toString(), "--data", file.resolve("x").toString())) {
      assertFails(gateway, 1, "data folder");
    }
  }

  @Test
  void helpAndVersionGoToStandardOutput() throws Exception {
    try (GatewayProcess help = GatewayProcess.run("--help");
        GatewayProcess version = GatewayProcess.run("--version")) {
      assertThat(help.process.waitFor(20, TimeUnit.SECONDS)).isTrue();
      assertThat(help.process.exitValue()).isZero();
      assertThat(help.out).anyMatch(line -> line.contains("--load DIR"));
      assertThat(version.process.waitFor(20, TimeUnit.SECONDS)).isTrue();
      assertThat(version.out).containsExactly("sluice 1.0.0");
    }
  }

  private static void assertFails(GatewayProcess gateway, int code, String message)
      throws Exception {
    assertThat(gateway.process.waitFor(20, TimeUnit.SECONDS)).isTrue();
    assertThat(gateway.process.exitValue()).isEqualTo(code);
    org.awaitility.Awaitility.await().until(() -> !gateway.log.isEmpty());
    assertThat(gateway.log).hasSize(1);
    assertThat(gateway.log.get(0)).startsWith("gateway: ").contains(message);
    assertThat(gateway.out).isEmpty();
  }
}
