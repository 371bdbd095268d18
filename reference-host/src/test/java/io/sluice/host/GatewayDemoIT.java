/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code ./gateway --demo}: a host with a Kafka broker beside it. */
@Timeout(180)
class GatewayDemoIT {

  private static final String CONFIGURATION = "io.sluice.endpoint.kafka~readings.cfg";

  @TempDir private Path folder;

  @Test
  void messagesGoThroughKafkaAndNothingIsLeftBehind() throws Exception {
    try (GatewayProcess gateway = GatewayProcess.run("--port", "0", "--demo")) {
      assertThat(gateway.readyLine()).matches("sluice ready http://127\\.0\\.0\\.1:\\d+ load=.+");
      assertThat(gateway.endpoint("readings").orElseThrow().get("state").getAsString())
          .isEqualTo("UP");
      assertThat(gateway.get("/endpoints/readings/messages?clientId=a&limit=2").body())
          .containsSubsequence("reading\\\": 0", "reading\\\": 1");
      publish(gateway, "by hand");
      awaitMessage(gateway, "by hand");
      assertThat(gateway.log).anyMatch(line -> line.contains("/endpoints/readings/messages"));
      Path load = Path.of(gateway.readyLine().replaceFirst(".* load=", ""));
      assertThat(load.resolve(CONFIGURATION)).exists();
      assertThat(GatewayProcess.HOME.resolve("load").resolve(CONFIGURATION)).doesNotExist();
      List<ProcessHandle> broker = gateway.process.children().toList();
      assertThat(broker).hasSize(1);
      assertThat(gateway.terminate()).isZero();
      assertThat(broker).noneMatch(ProcessHandle::isAlive);
      assertThat(load).doesNotExist();
      assertThat(gateway.out).hasSize(1);
    }
  }

  @Test
  void theBrokerEndsWithAHostThatIsKilled() throws Exception {
    Path load = Files.createDirectory(folder.resolve("load"));
    try (GatewayProcess gateway = GatewayProcess.startDemo(load, folder.resolve("data"))) {
      List<ProcessHandle> broker = gateway.process.children().toList();
      assertThat(broker).hasSize(1).allMatch(ProcessHandle::isAlive);
      gateway.kill();
      await("the broker ends")
          .atMost(Duration.ofSeconds(20))
          .untilAsserted(() -> assertThat(broker).noneMatch(ProcessHandle::isAlive));
    }
  }

  @Test
  void aBrokerThatDoesNotStartIsOneLineAndCodeOne() throws Exception {
    Path data = Files.createDirectory(folder.resolve("data"));
    Files.createFile(data.resolve("kafka"));
    try (GatewayProcess gateway =
        GatewayProcess.run("--port", "0", "--demo", "--data", data.toString())) {
      assertThat(gateway.process.waitFor(30, TimeUnit.SECONDS)).isTrue();
      assertThat(gateway.process.exitValue()).isEqualTo(1);
      await().until(() -> !gateway.log.isEmpty());
      assertThat(gateway.log)
          .singleElement()
          .asString()
          .startsWith("gateway: the demo's Kafka broker does not start: ")
          .contains(data.resolve("kafka").toString());
      assertThat(gateway.out).isEmpty();
    }
  }

  private static void publish(GatewayProcess gateway, String text) throws Exception {
    assertThat(
            gateway
                .send(
                    gateway
                        .request("/endpoints/readings/messages")
                        .POST(BodyPublishers.ofString(text)))
                .statusCode())
        .isEqualTo(200);
  }

  private static void awaitMessage(GatewayProcess gateway, String text) {
    await("the message comes back")
        .atMost(Duration.ofSeconds(30))
        .until(
            () ->
                gateway
                    .get("/endpoints/readings/messages?clientId=b&limit=1")
                    .body()
                    .contains("\"text\":\"" + text + "\""));
  }
}
